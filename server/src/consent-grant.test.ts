import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'

it('only the consent ledger makes a consent grant', async () => {
  const files = (await readdir(import.meta.dirname, { recursive: true })).filter((file) => file.endsWith('.ts'))
  const makers: string[] = []
  for (const file of files) {
    const text = await readFile(join(import.meta.dirname, file), 'utf8')
    if (/\bgrantConsent\b|as (unknown as )?ConsentGrant/.test(text) && !file.startsWith('consent-grant'))
      makers.push(file)
  }
  expect(makers).toEqual([join('shoppers', 'consents.ts')])
})
