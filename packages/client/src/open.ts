import { type Counter, counterOf } from './counter.ts'
import { type DeviceSelf, deviceOf } from './device.ts'
import type { DeviceKey } from './device-key.ts'
import { type Enrolments, enrolmentsOf } from './enrolments.ts'
import { type Gate, gateOf } from './gates.ts'
import { type Pairing, pairingOf } from './pairing.ts'
import { type Payments, paymentsOf } from './payments.ts'
import { type RefundHovers, refundHoversOf } from './refund-hovers.ts'
import { type Sales, salesOf } from './sales.ts'
import { type Sandbox, sandboxOf } from './sandbox.ts'
import { type ShopperSignIn, shopperSignInOf } from './shopper.ts'
import { type Terminal, terminalOf } from './terminal.ts'
import { type ClockReading, createTransport, type TransportOptions } from './transport.ts'

/** What anybody may call, unsigned. */
export type PublicApi = { pairing: Pairing; sandbox: Sandbox; shopperSignIn: ShopperSignIn }
/** What a paired device may call; the server decides which of it fits its kind. */
export type DeviceApi = {
  deviceId: string
  counter: Counter
  device: DeviceSelf
  enrolments: Enrolments
  gate: Gate
  payments: Payments
  refundHovers: RefundHovers
  sales: Sales
  terminal: Terminal
  /** How far this machine's clock is off, once the server has complained about it; else null. */
  clock(): ClockReading | null
}

export function openPublic(options: Omit<TransportOptions, 'signer' | 'bearer'>): PublicApi {
  const transport = createTransport(options)
  return { pairing: pairingOf(transport), sandbox: sandboxOf(transport), shopperSignIn: shopperSignInOf(transport) }
}

export function openDevice(
  options: Omit<TransportOptions, 'signer' | 'bearer'> & { deviceId: string; key: DeviceKey },
): DeviceApi {
  const { deviceId, key, ...rest } = options
  const transport = createTransport({ ...rest, signer: { deviceId, key } })
  return {
    deviceId,
    counter: counterOf(transport),
    device: deviceOf(transport),
    enrolments: enrolmentsOf(transport),
    gate: gateOf(transport, deviceId),
    payments: paymentsOf(transport),
    refundHovers: refundHoversOf(transport, deviceId),
    sales: salesOf(transport),
    terminal: terminalOf(transport, deviceId),
    clock: transport.clock,
  }
}
