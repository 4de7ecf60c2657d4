import type { FastifyReply, FastifyRequest } from 'fastify'
import { Failure } from '../failure.ts'

/** Requests of devices that only wait for news, by device: what is to end at once when a device is revoked. */
export function createHeldRequests() {
  const held = new Map<string, Set<FastifyReply>>()
  return {
    /** Only what reads is held back; what changes something is decided where it changes it. */
    hold(request: FastifyRequest, reply: FastifyReply, deviceId: string): void {
      if (request.method !== 'GET') return
      const ofDevice = held.get(deviceId) ?? new Set()
      held.set(deviceId, ofDevice.add(reply))
      reply.raw.once('close', () => {
        ofDevice.delete(reply)
        if (ofDevice.size === 0 && held.get(deviceId) === ofDevice) held.delete(deviceId)
      })
    },
    deviceIds: (): string[] => [...held.keys()],
    end(deviceIds: readonly string[]): void {
      for (const reply of deviceIds.flatMap((id) => [...(held.get(id) ?? [])])) {
        // A stream that has begun cannot be answered otherwise any more.
        if (reply.sent) reply.raw.destroy()
        else reply.send(new Failure('device_revoked'))
      }
    },
  }
}
