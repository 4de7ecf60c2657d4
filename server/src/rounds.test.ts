import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createRounds, workThrough } from './rounds.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const deferred = () => {
  let end = () => {}
  const ended = new Promise<void>((resolve) => {
    end = resolve
  })
  return { ended, end }
}
const failNever = { everyMs: 1_000, onFailure: () => expect.unreachable() }

describe('rounds', () => {
  it('begin at once, go on one after another, and end', async () => {
    let rounds = 0
    const made = createRounds(async () => ++rounds, failNever)
    made.start()
    made.start()
    await vi.advanceTimersByTimeAsync(3_500)
    expect(rounds).toBe(4)
    await made.stop()
    await vi.advanceTimersByTimeAsync(5_000)
    expect(rounds).toBe(4)
    expect(await made.runOnce()).toBe(5)
  })

  it('never overlap, whoever asks', async () => {
    let at = 0
    let most = 0
    const made = createRounds(async () => {
      most = Math.max(most, ++at)
      await new Promise((resolve) => setTimeout(resolve, 700))
      at -= 1
    }, failNever)
    made.start()
    const asked = Promise.all([made.runOnce(), made.runOnce(), made.runOnce()])
    await vi.advanceTimersByTimeAsync(10_000)
    await asked
    expect(most).toBe(1)
    const stopping = made.stop()
    await vi.advanceTimersByTimeAsync(1_000)
    await stopping
  })

  it('go on without a pause while there is more', async () => {
    let left = 5
    const made = createRounds(async () => Math.max(0, left--), { ...failNever, isMore: (count) => count > 0 })
    made.start()
    await vi.advanceTimersByTimeAsync(10)
    expect(left).toBe(-1)
    await made.stop()
  })

  it('that fail are told of and wait longer each time, until one is done', async () => {
    const failures: unknown[] = []
    const begun: number[] = []
    let broken = true
    const made = createRounds(
      async () => {
        begun.push(Date.now())
        if (broken) throw new Error('broken')
      },
      { everyMs: 1_000, onFailure: (error) => failures.push(error) },
    )
    made.start()
    await vi.advanceTimersByTimeAsync(40_000)
    const pauses = begun.slice(1).map((time, place) => time - begun[place]!)
    expect(pauses.slice(0, 6)).toEqual([1_000, 2_000, 4_000, 8_000, 10_000, 10_000])
    expect(failures).toHaveLength(begun.length)
    broken = false
    await vi.advanceTimersByTimeAsync(13_000)
    expect(begun.at(-1)! - begun.at(-2)!).toBe(1_000)
    await made.stop()
  })

  it('that may be cut off are waited for no longer than they are given', async () => {
    const made = createRounds(() => new Promise<never>(() => {}), { ...failNever, stopWithinMs: 5_000 })
    made.start()
    let stopped = false
    const stopping = made.stop().then(() => {
      stopped = true
    })
    await vi.advanceTimersByTimeAsync(4_999)
    expect(stopped).toBe(false)
    await vi.advanceTimersByTimeAsync(1)
    await stopping
  })

  it('that are stopped let the one under way end, and start again as one', async () => {
    const first = deferred()
    let rounds = 0
    const made = createRounds(async () => {
      rounds += 1
      if (rounds === 1) await first.ended
    }, failNever)
    made.start()
    await vi.advanceTimersByTimeAsync(1)
    let stopped = false
    const stopping = made.stop().then(() => {
      stopped = true
    })
    await vi.advanceTimersByTimeAsync(5_000)
    expect([stopped, rounds]).toEqual([false, 1])
    made.start()
    first.end()
    await vi.advanceTimersByTimeAsync(2_500)
    await stopping
    expect(rounds).toBe(4)
    await made.stop()
  })
})

describe('work one after another', () => {
  it('goes on after what fails, and tells of it at the end', async () => {
    const tried: number[] = []
    const work = async (item: number) => {
      tried.push(item)
      if (item < 3) throw new Error(`no ${item}`)
    }
    await expect(workThrough([1, 2, 3, 4], work)).rejects.toThrow('no 1')
    expect(tried).toEqual([1, 2, 3, 4])
    await workThrough([5], work)
  })

  it('ends at once when the database is away', async () => {
    const away = Object.assign(new Error('away'), { code: '57P01' })
    const work = vi.fn(() => Promise.reject(away))
    await expect(workThrough([1, 2], work)).rejects.toBe(away)
    expect(work).toHaveBeenCalledTimes(1)
  })
})
