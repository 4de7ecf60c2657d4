import { CONSOLE_LANGUAGES, ERRORS } from '@paume/contract'
import { describe, expect, it } from 'vitest'
import { definedTexts, type Line, textsIn } from './frame/define-texts.ts'
import { problemsEs } from './frame/problems-es.ts'
import { problemsZh } from './frame/problems-zh.ts'
import { PAGES } from './pages.ts'

// Every table of every folder says itself when it is loaded.
const loaded = import.meta.glob('./**/{texts,reason-texts}.ts')
await Promise.all(Object.values(loaded).map((load) => load()))

const linesOf = (line: Line): string[] => (typeof line === 'string' ? [line] : Object.values(line))
const placesOf = (line: string) => [...line.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort()
const HAN = /\p{Script=Han}/u

describe('the words of the console', () => {
  it('are there: the frame and the folders of pages', () => {
    expect(definedTexts.length).toBeGreaterThan(5)
  })

  it('have the same keys and the same places in all languages', () => {
    const off: string[] = []
    for (const tables of definedTexts) {
      for (const language of CONSOLE_LANGUAGES) {
        expect(Object.keys(tables[language]).sort()).toEqual(Object.keys(tables.en).sort())
        for (const [key, line] of Object.entries(tables[language])) {
          const wanted = new Set(linesOf(tables.en[key]!).flatMap(placesOf))
          for (const said of linesOf(line)) {
            const strange = placesOf(said).filter((place) => !wanted.has(place!))
            if (strange.length > 0) off.push(`${language} ${key}: {${strange}} is no place of the English line`)
          }
          const said = new Set(linesOf(line).flatMap(placesOf))
          // A singular may say "one" in words.
          const missing = [...wanted].filter((place) => !said.has(place) && place !== 'count')
          if (missing.length > 0) off.push(`${language} ${key}: {${missing}} is missing`)
        }
      }
    }
    expect(off).toEqual([])
  })

  it('leave no line empty, and none in English where it is Chinese', () => {
    const off: string[] = []
    for (const tables of definedTexts)
      for (const [key, line] of Object.entries(tables.zh))
        for (const said of linesOf(line)) {
          const words = said.replace(/\{\w+\}/g, '')
          if (said.trim() === '') off.push(`${key} is empty`)
          // A word such as CSV or p95 stays; a sentence does not.
          else if (!HAN.test(words) && /[a-z]+ [a-z]+/i.test(words)) off.push(`zh ${key}: ${said}`)
        }
    expect(off).toEqual([])
  })

  it('choose plurals by the rules of each language', () => {
    const rows = definedTexts.find((tables) => 'table_keys' in tables.en)!
    const say = (language: (typeof CONSOLE_LANGUAGES)[number], count: number) =>
      textsIn(rows, language)('rows', { count })
    expect(say('en', 1)).toBe('1 row')
    expect(say('en', 0)).toBe('0 rows')
    expect(say('fr', 0)).toBe('0 ligne')
    expect(say('es', 2)).toBe('2 filas')
    expect(say('zh', 1)).toBe('1 行')
  })

  it('say problems that staff meet in all languages', () => {
    const met = Object.keys(ERRORS).filter((code) =>
      /staff|approval|permission|passkey|invitation|recovery|rights/.test(code),
    )
    expect(met.length).toBeGreaterThan(5)
    for (const code of met) {
      expect(problemsEs).toHaveProperty(code)
      expect(problemsZh).toHaveProperty(code)
    }
  })
})

describe('the registry', () => {
  it('names each page once, under /console, in all languages', () => {
    const paths = PAGES.map(({ path }) => path)
    expect(new Set(paths).size).toBe(paths.length)
    for (const { path, title } of PAGES) {
      expect(path).toMatch(/^\/console(\/[a-z-]+|\/:[a-zA-Z]+)*$/)
      for (const language of CONSOLE_LANGUAGES) expect(title[language].trim(), path).not.toBe('')
    }
  })

  it('loads what each page is', async () => {
    const modules = import.meta.glob('./*/pages.ts')
    expect(Object.keys(modules).length).toBeGreaterThan(2)
    for (const page of PAGES) expect(page.component, page.path).toBeTypeOf('object')
  })
})
