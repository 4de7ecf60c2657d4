import {
  ProcessorAccount,
  ProcessorAccountOwner,
  ProcessorAccountSet,
  ProcessorAccounts,
  ProcessorAccountTest,
} from '@paume/contract'
import Type from 'typebox'
import type { App, Guards } from '../../routing.ts'
import type { ProcessorAccountService } from './service.ts'

const tags = ['operator']
const params = Type.Object({ owner: ProcessorAccountOwner })

/** Which card processor is used for whom. Operators only; keys go in and never come out. */
export function registerProcessorAccountRoutes(
  app: App,
  { accounts, guards }: { accounts: ProcessorAccountService; guards: Guards },
): void {
  app.get(
    '/v1/processor-accounts',
    {
      preValidation: guards.operator,
      schema: { tags, summary: 'Processor accounts, keys by their last four', response: { 200: ProcessorAccounts } },
    },
    async () => ({ accounts: await accounts.list() }),
  )
  app.put(
    '/v1/processor-accounts/:owner',
    {
      preValidation: guards.operator,
      schema: {
        tags,
        summary: 'Which processor account an organisation, or the platform, uses',
        params,
        body: ProcessorAccountSet,
        response: { 200: ProcessorAccount },
      },
    },
    async (request) => accounts.set(request.params.owner, request.body),
  )
  app.post(
    '/v1/processor-accounts/:owner/test',
    {
      preValidation: guards.operator,
      schema: { tags, summary: 'Ask the processor with these keys', params, response: { 200: ProcessorAccountTest } },
    },
    async (request) => accounts.test(request.params.owner),
  )
}
