import { ERRORS, Problem } from '@paume/contract'
import { Check } from 'typebox/value'
import { describe, expect, it } from 'vitest'
import { Failure } from '../failure.ts'
import { STATUS, toFailure, toProblem } from './problem.ts'

describe('problem details', () => {
  it('know a status for every code of the contract, and for no other', () => {
    expect(Object.keys(STATUS).sort()).toEqual(Object.keys(ERRORS).sort())
    for (const status of Object.values(STATUS)) expect(status >= 400 || status === 202).toBe(true)
  })

  it('have the form of the contract', () => {
    const problem = toProblem(new Failure('clock_skew', { serverTimeMs: 5 }), 'r-1')
    expect(Check(Problem, problem)).toBe(true)
    expect(problem).toMatchObject({
      type: 'urn:paume:problem:clock_skew',
      status: 401,
      serverTimeMs: 5,
      requestId: 'r-1',
    })
  })

  it('tell nothing of a defect', () => {
    const failure = toFailure(new Error('duplicate key value: (phone)=(+14155550123)'))
    expect(failure.code).toBe('internal')
    expect(JSON.stringify(toProblem(failure, 'r-2'))).not.toContain('phone')
  })

  it('call a database that is away unavailable', () => {
    const refused = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED', syscall: 'connect' })
    const shutDown = Object.assign(new Error('terminating connection'), { code: '57P01' })
    const lost = new Error('Connection terminated unexpectedly')
    for (const error of [refused, shutDown, lost]) expect(toFailure(error).code).toBe('database_unavailable')
    expect(toFailure(Object.assign(new Error('dup'), { code: '23505' })).code).toBe('internal')
  })
})
