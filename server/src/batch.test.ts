import { describe, expect, it } from 'vitest'
import { batched } from './batch.ts'

describe('calls that come while one is under way', () => {
  it('go together, each with its own answer, and never more than the most', async () => {
    const calls: number[][] = []
    const double = batched(
      async (asked: number[]) => {
        calls.push(asked)
        await new Promise((resolve) => setTimeout(resolve, 5))
        return asked.map((n) => n * 2)
      },
      { most: 3 },
    )
    const first = double(1)
    await new Promise((resolve) => setTimeout(resolve, 1))
    const rest = [2, 3, 4, 5].map((n) => double(n))
    expect(await first).toBe(2)
    expect(await Promise.all(rest)).toEqual([4, 6, 8, 10])
    expect(calls).toEqual([[1], [2, 3, 4], [5]])
  })

  it('never stand beside their own like', async () => {
    const calls: string[][] = []
    const seen = new Set<string>()
    const fresh = batched(
      async (asked: string[]) => {
        calls.push(asked)
        return asked.map((key) => !seen.has(key) && seen.add(key) !== undefined)
      },
      { most: 10, keyOf: (key) => key },
    )
    expect(await Promise.all(['a', 'b', 'a'].map(fresh))).toEqual([true, true, false])
    expect(calls).toEqual([['a', 'b'], ['a']])
  })

  it('fail together when their call fails, and the next one is made all the same', async () => {
    let fails = true
    const ask = batched(
      async (asked: number[]) => {
        if (fails) throw new Error('down')
        return asked
      },
      { most: 10 },
    )
    const failed = await Promise.allSettled([ask(1), ask(2)])
    expect(failed.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    fails = false
    expect(await ask(3)).toBe(3)
  })
})
