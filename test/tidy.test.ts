import { describe, expect, it } from 'vitest'
import { isTest, packageEntries, roomOf, type SourceFile, sourceFiles } from './source-tree.ts'

const files = sourceFiles()
const product = files.filter((file) => !isTest(file.path))

/** Which of our own packages each room may import (house.md, "The import rule"). */
const MAY_IMPORT: Record<string, string[]> = {
  palm: ['contract'],
  contract: [],
  'paume-verify': [],
  'synthetic-hands': [],
  client: ['contract'],
  camera: ['contract', 'palm/guidance', 'synthetic-hands'],
  'device-agent': ['client', 'client/node', 'camera/seal', 'contract'],
  apps: ['client', 'camera', 'camera/seal', 'contract', 'synthetic-hands'],
  examples: ['client', 'client/node'],
  evaluation: ['palm', 'palm/measuring-liveness', 'contract', 'synthetic-hands', 'synthetic-hands/node'],
}
const SERVER_MAY_IMPORT = ['palm', 'contract']
const SUBJECTS = [
  'identity',
  'shoppers',
  'wallet',
  'payments',
  'merchants',
  'staff',
  'gates',
  'admissions',
  'reports',
  'devices',
  'counter',
  'tills',
  'webhooks',
  'audit',
  'outbox',
]
/** Subjects that every other subject may import (main → wiring → http → subject → audit, outbox). */
const BELOW_ALL = ['audit', 'outbox']

const ours = (file: SourceFile) =>
  file.imports.filter((name) => name.startsWith('@paume/')).map((name) => name.slice('@paume/'.length))

describe('the import rule', () => {
  it('lets a package import only what the house allows', () => {
    const broken = product.flatMap((file) => {
      const room = roomOf(file.path)
      const allowed = room.startsWith('server:') ? SERVER_MAY_IMPORT : MAY_IMPORT[room]
      if (!allowed) return []
      return ours(file)
        .filter((name) => !allowed.includes(name))
        .map((name) => `${file.path} → ${name}`)
    })
    expect(broken).toEqual([])
  })

  it('lets no file reach into another package by a relative path', () => {
    const top = (path: string) =>
      path
        .split('/')
        .slice(0, path.startsWith('packages/') ? 2 : 1)
        .join('/')
    const broken = product
      .filter((file) => !file.path.startsWith('scripts/'))
      .flatMap((file) =>
        file.imports
          .filter(
            (name) =>
              name.includes('/') &&
              /\.[a-z]+$/.test(name) &&
              files.some((f) => f.path === name) &&
              top(name) !== top(file.path),
          )
          .map((name) => `${file.path} → ${name}`),
      )
    expect(broken).toEqual([])
  })

  it('keeps a subject from importing another subject, the wiring or the web', () => {
    const broken = product.flatMap((file) => {
      const subject = roomOf(file.path).replace('server:', '')
      if (!file.path.startsWith('server/src/') || !SUBJECTS.includes(subject)) return []
      return file.imports
        .filter((name) => name.startsWith('server/src/'))
        .filter((name) => {
          const other = roomOf(name).replace('server:', '')
          if (['main', 'wiring'].includes(other)) return true
          return SUBJECTS.includes(other) && other !== subject && !BELOW_ALL.includes(other)
        })
        .map((name) => `${file.path} → ${name}`)
    })
    expect(broken).toEqual([])
  })

  it('lets only main.ts and the configuration it calls read the environment', () => {
    const broken = product
      .filter((file) => /^(packages|server|evaluation|apps)\//.test(file.path))
      .filter((file) => /process\.env/.test(file.text) && file.path !== 'server/src/main.ts')
      .map((file) => file.path)
    expect(broken).toEqual([])
  })

  it('lets a stage of the recogniser import only earlier stages', () => {
    const stage = (path: string) => Number(/packages\/palm\/src\/(\d)-/.exec(path)?.[1] ?? 0)
    const broken = product
      .filter((file) => stage(file.path) > 0)
      .flatMap((file) =>
        file.imports.filter((name) => stage(name) > stage(file.path)).map((name) => `${file.path} → ${name}`),
      )
    expect(broken).toEqual([])
  })

  it('keeps identity and payments apart, and payments away from the recogniser', () => {
    const inside = (folder: string) => product.filter((file) => file.path.startsWith(`server/src/${folder}/`))
    expect(inside('payments').length).toBeGreaterThan(0)
    expect(
      inside('payments')
        .filter((file) => ours(file).includes('palm'))
        .map((file) => file.path),
    ).toEqual([])
    expect(
      inside('identity')
        .filter((file) => file.imports.some((name) => name.includes('src/payments')))
        .map((file) => file.path),
    ).toEqual([])
  })
})

describe('the imports of files', () => {
  it('go in no circle', () => {
    const known = new Map(product.map((file) => [file.path, file.imports]))
    const done = new Set<string>()
    const circles: string[] = []
    const visit = (path: string, way: string[]) => {
      if (way.includes(path)) return void circles.push([...way.slice(way.indexOf(path)), path].join(' → '))
      if (done.has(path)) return
      for (const next of known.get(path) ?? []) if (known.has(next)) visit(next, [...way, path])
      done.add(path)
    }
    for (const path of known.keys()) visit(path, [])
    expect(circles).toEqual([])
  })
})

describe('the shape of files', () => {
  it('keeps every file at 300 lines or fewer', () => {
    const long = files
      .map((file) => ({ path: file.path, lines: file.text.split('\n').length }))
      .filter((file) => file.lines > 300)
    expect(long).toEqual([])
  })

  it('names files as nouns or verbs in kebab-case, none a junk drawer', () => {
    const name = (path: string) =>
      path
        .split('/')
        .at(-1)!
        .replace(/(\.test|\.test-data|\.d)?\.(tsx?|mjs)$/, '')
        .replace(/\.config$/, '')
    const junk = /^(utils?|helpers?|common|shared|misc|lib|base-.*|.*-manager)$/
    const broken = files
      .filter(
        (file) =>
          !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name(file.path)) ||
          file.path.split('/').some((part) => junk.test(part.replace(/\.tsx?$/, ''))),
      )
      .map((file) => file.path)
    expect(broken).toEqual([])
  })

  it('has no dead file: each is imported by another, or is an entry', () => {
    const entries =
      /(^scripts\/[^/]+$)|(^examples\/)|(^vitest\.config)|(\.config\.ts$)|(\/src\/main\.ts$)|(\/migrations\/)|(worker\.ts$)|(\/main\.tsx$)|(\.d\.ts$)/
    const imported = new Set([...packageEntries(), ...files.flatMap((file) => file.imports)])
    const dead = product.filter((file) => !entries.test(file.path) && !imported.has(file.path)).map((file) => file.path)
    expect(dead).toEqual([])
  })

  it('exports by name only', () => {
    const broken = product
      .filter((file) => /^export default /m.test(file.text) && !/\.config\.ts$/.test(file.path))
      .map((file) => file.path)
    expect(broken).toEqual([])
  })

  it('has no sentence that says the work is not done', () => {
    const unfinished = /\b(TODO|FIXME|XXX|HACK)\b|not implemented/
    expect(product.filter((file) => unfinished.test(file.text)).map((file) => file.path)).toEqual([])
  })
})
