import { join } from 'node:path'
import { build } from 'vite'
import { beforeAll, describe, expect, it } from 'vitest'

type Built = { fileName: string; text: string }
let built: Built[] = []

beforeAll(async () => {
  const result = await build({
    configFile: join(import.meta.dirname, 'vite.config.ts'),
    logLevel: 'silent',
    build: { write: false, emptyOutDir: false },
  })
  const outputs = (Array.isArray(result) ? result : [result]).flatMap((each) => ('output' in each ? each.output : []))
  built = outputs.map((file) => ({
    fileName: file.fileName,
    text: file.type === 'chunk' ? file.code : Buffer.from(file.source).toString(),
  }))
})

const pages = () => built.filter(({ fileName }) => fileName.endsWith('.html'))

describe('the built pages', () => {
  it('lie where the server looks for them', () => {
    expect(
      pages()
        .map(({ fileName }) => fileName)
        .sort(),
    ).toEqual([
      'console/index.html',
      'gate/index.html',
      'index.html',
      'kiosk/index.html',
      'register/index.html',
      'sandbox-card/index.html',
      'terminal/index.html',
    ])
  })

  it('hold nothing that the content policy forbids: no inline script, style or handler, no foreign address', () => {
    for (const { fileName, text } of pages()) {
      const inlineScripts = [...text.matchAll(/<script\b[^>]*>/g)].filter(([tag]) => !/\ssrc="\/assets\//.test(tag))
      expect(inlineScripts, fileName).toEqual([])
      expect(text, fileName).not.toMatch(/<style|\sstyle=|\son[a-z]+=|javascript:/i)
      expect(text, fileName).not.toMatch(/(?:src|href)="(?:https?:)?\/\//)
      expect(text, fileName).toMatch(/<html lang="en">/)
    }
  })

  it('run no text as code', () => {
    const scripts = built.filter(({ fileName }) => fileName.endsWith('.js'))
    expect(scripts.length).toBeGreaterThan(4)
    const off = scripts.filter(({ text }) => /\bnew Function\(|[^\w.$]eval\(/.test(text))
    expect(off.map(({ fileName }) => fileName)).toEqual([])
  })

  it('load pictures and fonts from here only', () => {
    for (const { fileName, text } of built.filter((file) => file.fileName.endsWith('.css'))) {
      expect(text, fileName).not.toMatch(/url\((?!\/assets\/)/)
      expect(text, fileName).not.toMatch(/@import/)
    }
  })
})
