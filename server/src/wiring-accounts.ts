import { type Config, ConfigError } from './config.ts'
import { isDatabaseGone } from './database.ts'
import type { ProcessorAccountService } from './payments/accounts/service.ts'

/** Opens the accounts that are set up. Production starts with processors that move money, a sandbox with none of them. */
export async function openAccounts(accounts: ProcessorAccountService, { production, sandbox }: Config): Promise<void> {
  try {
    await accounts.refresh()
  } catch (cause) {
    const advice = 'The keys of a card processor do not open: secrets.json is not the one they were sealed with.'
    throw isDatabaseGone(cause) ? cause : new ConfigError(advice, { cause })
  }
  const processors = Object.values(accounts.processors)
  const live = processors.filter((processor) => !processor.sandbox)
  if (sandbox && live.length > 0)
    throw new ConfigError('PAUME_SANDBOX=1 takes test cards only, and a processor account has live keys.')
  if (!production) return
  if (processors.length === 0)
    throw new ConfigError(
      'PAUME_PRODUCTION=1 needs a card processor, and the sandbox processor never starts in production. Start once with PAUME_SANDBOX=0, set one with PUT /v1/processor-accounts/platform (docs/guide/stripe.md), then start again.',
    )
  if (live.length < processors.length)
    throw new ConfigError(
      'PAUME_PRODUCTION=1 takes live keys only, and a processor account has keys of test mode. Start with PAUME_SANDBOX=0 and set live ones (docs/guide/stripe.md).',
    )
}
