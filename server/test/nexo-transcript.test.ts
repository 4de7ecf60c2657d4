import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Body, holdHand, messageOf, newServiceId, paymentOf, poiIdOf, shownOn } from './adyen-till.ts'
import { ledgerSum, shopperWithCard } from './sale.ts'
import { post } from './test-device.ts'
import { startTillHouse, type TillHouse } from './till-house.ts'

// A day of a till that speaks by @adyen/api-library, told line by line. The guide prints these very lines.
const GUIDE = new URL('../../docs/guide/nexo.md', import.meta.url)
let at: TillHouse
beforeAll(async () => {
  at = await startTillHouse()
})
afterAll(async () => {
  expect(await ledgerSum(at.house)).toBe(0n)
  await at?.stop()
})

const told: string[] = []
const tell = (line: string) => void told.push(line)
const header = (more: object = {}) => ({ SaleID: 'POSSystem-7', POIID: poiIdOf(at.terminal), ...more })

/** Every member that came over the wire is one that the library knows: nothing of it is lost on the way into its classes. */
function losesNothing(wire: unknown, read: unknown, path: string): void {
  if (Array.isArray(wire)) {
    for (const [index, one] of wire.entries()) losesNothing(one, (read as unknown[])[index], `${path}[${index}]`)
  } else if (typeof wire === 'object' && wire !== null) {
    for (const [name, member] of Object.entries(wire)) {
      losesNothing(member, (read as Body | undefined)?.[name], `${path}.${name}`)
    }
  } else if (!/(TimeStamp|ServiceID)$/.test(path)) expect(read, path).toEqual(wire)
}

/** One message and its reply, each on a line. `meanwhile`: what happens at the terminal before the reply. */
async function say(category: string, body: object, more: object = {}, meanwhile?: () => Promise<unknown>) {
  const message = messageOf(category, body, header(more))
  tell(`till → ${category}${wordsOf(category, body)}`)
  const coming = at.till.sync(message)
  await meanwhile?.()
  const reply = (await coming) as Body
  // What moves money is answered in the very same words again: that is how its bare JSON is had.
  if (category === 'Payment' || category === 'Reversal') {
    const bare = await post<Body>(`${at.house.url}/sync`, message, { 'x-api-key': at.key.apiKey })
    losesNothing(bare.body, reply, 'reply')
  }
  tell(`     ← ${reply.SaleToPOIResponse === undefined ? 'nothing' : answerOf(category, reply.SaleToPOIResponse)}`)
  return reply.SaleToPOIResponse?.[`${category}Response`] as Body
}

function wordsOf(category: string, body: Body): string {
  const { AmountsReq } = body.PaymentTransaction ?? {}
  if (category === 'Payment') {
    const { PaymentType = '' } = body.PaymentData ?? {}
    const tip = body.SaleData.SaleToAcquirerData?.includes('AskGratuity') ? ', ask for a tip' : ''
    return ` ${PaymentType && `(${PaymentType}) `}${AmountsReq.RequestedAmount.toFixed(2)} ${AmountsReq.Currency}${tip}`
  }
  if (category === 'Display') return ` "${body.DisplayOutput[0].OutputContent.OutputText[0].Text}"`
  if (category === 'Input') {
    return ` (${body.InputData.InputCommand}) "${body.DisplayOutput.OutputContent.OutputText[0].Text}"`
  }
  return body.MessageReference === undefined ? '' : ` of that ${body.MessageReference.MessageCategory}`
}

function answerOf(category: string, reply: Body): string {
  const body = reply[`${category}Response`]
  const repeated = body.RepeatedMessageResponse?.RepeatedResponseMessageBody.PaymentResponse
  if (repeated) return `Success, and the reply that was lost: ${answerOf('Payment', { PaymentResponse: repeated })}`
  const response = (body.Response ?? body.InputResult?.Response ?? body.OutputResult?.[0].Response) as Body
  const reason = new URLSearchParams(response.AdditionalResponse).get('message')
  const result = [response.Result, response.ErrorCondition, reason].filter(Boolean).join(', ')
  const { AmountsResp, PaymentInstrumentData } = body.PaymentResult ?? {}
  const card = PaymentInstrumentData?.CardData
  const amounts =
    response.Result === 'Success' && AmountsResp
      ? `: ${AmountsResp.AuthorizedAmount.toFixed(2)} ${AmountsResp.Currency}${AmountsResp.TipAmount ? `, ${AmountsResp.TipAmount.toFixed(2)} of it tip` : ''}, ${card.PaymentBrand} ${card.MaskedPan.slice(-4)}, ${body.PaymentReceipt.length} receipts`
      : ''
  const given = body.ReversedAmount === undefined ? '' : `: ${body.ReversedAmount.toFixed(2)} given back`
  const typed = body.InputResult?.Input
  const entered = typed ? `: ${typed.DigitInput ?? (typed.ConfirmedFlag ? 'yes' : 'no')}` : ''
  const totals = (body.TransactionTotals ?? []).flatMap((block: Body) =>
    block.PaymentTotals.map(
      (total: Body) =>
        `${block.CardBrand ?? 'no card'} ${total.TransactionType} ${total.TransactionCount} × = ${total.TransactionAmount.toFixed(2)}`,
    ),
  )
  return `${result}${amounts}${given}${entered}${totals.length > 0 ? `: ${totals.join('; ')}` : ''}`
}

const hand = async (card?: string) => {
  const shopper = await shopperWithCard(at.house, card)
  tell('     … a hand is held over the terminal')
  await holdHand(at.house, at.terminal, shopper)
}
/** What the page of the terminal does with what a till puts on it. */
async function screenThen(answer?: object): Promise<void> {
  const its = `/v1/terminals/${at.terminal.id}/till-screen`
  const read = async () => (await at.terminal.call<Body>('GET', its)).body.screen
  await expect
    .poll(async () => (await read())?.content.ask !== undefined, { timeout: 5_000 })
    .toBe(answer !== undefined)
  await expect.poll(read, { timeout: 5_000 }).not.toBeNull()
  const { id } = await read()
  await at.terminal.call('POST', `${its}/${id}/shown`, {})
  if (answer === undefined) return
  tell('     … the shopper answers on the terminal')
  await at.terminal.call('POST', `${its}/${id}/answer`, answer)
}
const output = (...lines: string[]) => ({
  Device: 'CustomerDisplay',
  InfoQualify: 'Display',
  OutputContent: { OutputFormat: 'Text', OutputText: lines.map((Text) => ({ Text })) },
})

it('a till with the Adyen library has a day, and the guide tells it', { timeout: 60_000 }, async () => {
  await say('Diagnosis', {})
  await say('Display', { DisplayOutput: [output('Two coffees, one cake')] }, { MessageClass: 'Device' }, screenThen)
  const InputData = { Device: 'CustomerInput', InfoQualify: 'Input', InputCommand: 'GetConfirmation' }
  const question = { DisplayOutput: output('Receipt', 'On paper?', 'No', 'Yes'), InputData }
  await say('Input', question, { MessageClass: 'Device' }, () => screenThen({ kind: 'confirmed', yes: true }))

  const sale = { SaleToAcquirerData: 'tenderOption=AskGratuity' }
  const paid = await say('Payment', paymentOf(20, { sale }), {}, async () => {
    const { id } = await shownOn(at.house, at.terminal)
    await at.terminal.call('POST', `/v1/payments/${id}/presented`)
    await at.terminal.call('POST', `/v1/payments/${id}/tip`, { tipMinor: 300 })
    tell('     … the shopper adds a tip')
    await hand()
  })
  await say('Payment', paymentOf(10), {}, () => hand('4000000000009995'))

  const ServiceID = newServiceId()
  const lost = messageOf('Payment', paymentOf(12.34), header({ ServiceID }))
  tell('till → Payment 12.34 USD')
  at.proxy.loseReplies(true)
  await expect(at.till.sync(lost)).rejects.toThrow()
  at.proxy.loseReplies(false)
  tell('     ← nothing: the line is cut')
  const MessageReference = { MessageCategory: 'Payment', SaleID: 'POSSystem-7', ServiceID }
  await say('TransactionStatus', { MessageReference })
  await hand()
  await say('TransactionStatus', { MessageReference })

  const aborted = newServiceId()
  await say('Payment', paymentOf(99), { ServiceID: aborted }, async () => {
    await shownOn(at.house, at.terminal)
    const reference = { MessageCategory: 'Payment', SaleID: 'POSSystem-7', ServiceID: aborted }
    await say('Abort', { AbortReason: 'MerchantAbort', MessageReference: reference })
  })
  const OriginalPOITransaction = { POITransactionID: paid.POIData.POITransactionID }
  const data = { PaymentType: 'Refund' }
  await say('Payment', paymentOf(3, { data, transaction: { OriginalPOITransaction } }))
  await say('Reversal', { OriginalPOITransaction, ReversalReason: 'MerchantCancel' })
  await say('Reconciliation', { ReconciliationType: 'SaleReconciliation' })

  process.stdout.write(`${told.join('\n')}\n`)
  expect(await readFile(GUIDE, 'utf8')).toContain(told.join('\n'))
})
