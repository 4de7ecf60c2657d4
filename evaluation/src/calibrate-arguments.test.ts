import { expect, test } from 'vitest'
import { UsageError } from './arguments.ts'
import { parseCalibrateArguments } from './calibrate-arguments.ts'

test('people who do not exist and real ones are told apart, whole hands and cut palms too', () => {
  const parsed = parseCalibrateArguments(
    ['--synthetic', 'a', '--synthetic-regions', 'b', '--whole', 'c', '--regions', 'd', '--regions', 'e', '--json'].map(
      String,
    ),
  )
  expect(parsed).toEqual({
    synthetic: [
      { folder: 'a', isCut: false },
      { folder: 'b', isCut: true },
    ],
    real: [
      { folder: 'c', isCut: false },
      { folder: 'd', isCut: true },
      { folder: 'e', isCut: true },
    ],
    write: false,
    json: true,
    mostStrangers: 200_000,
  })
})

test.each([
  [['--regions', 'd']],
  [['--synthetic', 'a']],
  [['--synthetic', 'a', '--whole', 'b', '--fast']],
  [['--synthetic', 'a', '--whole', 'b', '--strangers', 'few']],
])('refuses %j', (argv) => {
  expect(() => parseCalibrateArguments(argv)).toThrow(UsageError)
})
