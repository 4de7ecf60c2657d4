import { type Config, ConfigError } from './config.ts'
import type { Secrets } from './secrets.ts'
import { createCarrierTextMessages } from './shoppers/carrier-text-messages.ts'
import { createConsoleTextMessages, NO_TEXT_MESSAGES, type TextMessages } from './shoppers/text-messages.ts'

/** By a carrier where one is set up; on the console of a sandbox; else not at all. Part of the wiring. */
export function wireTexts({ texts, sandbox }: Config, { textCarrierKey }: Secrets): TextMessages {
  if (texts !== null) {
    if (textCarrierKey === null)
      throw new ConfigError(
        'PAUME_SMS_ACCOUNT needs the key of that account: put it into secrets.json as textCarrierKey.',
      )
    return createCarrierTextMessages({ ...texts, key: textCarrierKey })
  }
  return sandbox ? createConsoleTextMessages((line) => process.stdout.write(`${line}\n`)) : NO_TEXT_MESSAGES
}
