import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startHouse, type TestHouse } from './harness.ts'
import { post, send } from './test-device.ts'

let house: TestHouse
let pagesDir: string
beforeAll(async () => {
  pagesDir = await mkdtemp(join(tmpdir(), 'paume-pages-'))
  for (const folder of ['', 'kiosk', 'terminal', 'register', 'assets']) {
    await mkdir(join(pagesDir, folder), { recursive: true })
    await writeFile(join(pagesDir, folder, 'index.html'), `<title>${folder}</title>`)
  }
  await writeFile(join(pagesDir, 'assets', 'app-abc123.js'), 'export {}')
  await writeFile(join(pagesDir, '.built-from'), 'internal')
  const models = { 'hand.tflite': new Uint8Array([1, 2, 3]) }
  house = await startHouse({ overrides: { pages: { pagesDir, liteRtDir: join(pagesDir, 'assets'), models } } })
})
afterAll(async () => {
  await house.stop()
  await rm(pagesDir, { recursive: true, force: true })
})

describe('the pages', () => {
  it('are served with a strict policy that allows the camera, WebAssembly and workers of ours', async () => {
    for (const path of ['/', '/kiosk', '/terminal', '/register']) {
      const reply = await fetch(`${house.url}${path}`)
      expect(reply.status, path).toBe(200)
      expect(await reply.text()).toBe(`<title>${path.slice(1)}</title>`)
      const policy = reply.headers.get('content-security-policy') ?? ''
      expect(policy).toContain("default-src 'none'")
      expect(policy).toContain("script-src 'self' 'wasm-unsafe-eval'")
      expect(policy).not.toContain('unsafe-inline')
      expect(reply.headers.get('permissions-policy')).toContain('camera=(self)')
      expect(reply.headers.get('x-content-type-options')).toBe('nosniff')
      expect(reply.headers.get('cache-control')).toBe('no-cache')
    }
  })

  it('keep hashed files for good, and serve runtime and networks', async () => {
    const asset = await fetch(`${house.url}/assets/app-abc123.js`)
    expect(asset.headers.get('cache-control')).toContain('immutable')
    expect((await fetch(`${house.url}/litert/app-abc123.js`)).status).toBe(200)
    const model = await fetch(`${house.url}/models/hand.tflite`)
    expect(new Uint8Array(await model.arrayBuffer())).toEqual(new Uint8Array([1, 2, 3]))
    for (const path of [
      '/models/other.tflite',
      '/models/constructor',
      '/assets/../.built-from',
      '/.built-from',
      '/assets/%2e%2e/.built-from',
    ]) {
      expect((await fetch(`${house.url}${path}`)).status, path).toBe(404)
    }
  })
})

describe('the interface description', () => {
  it('is OpenAPI 3.1 and can be read offline', async () => {
    const { body } = await send(`${house.url}/openapi.json`)
    expect(body.openapi).toBe('3.1.0')
    const described = Object.entries(body.paths as Record<string, Record<string, { responses: object }>>)
    expect(described.length).toBeGreaterThan(30)
    for (const [path, methods] of described) {
      for (const operation of Object.values(methods))
        expect(Object.keys(operation.responses), path).toContain('default')
    }
    const page = await fetch(`${house.url}/docs`)
    expect(page.status).toBe(200)
    expect(await page.text()).not.toMatch(/https?:\/\/(?!localhost|127)/)
  })
})

describe('what is wrong with a request', () => {
  it('is told as a problem with the place of the error', async () => {
    const reply = await post(`${house.url}/v1/pairings`, { kind: 'toaster', publicKey: {} })
    expect(reply.headers.get('content-type')).toContain('application/problem+json')
    expect(reply.body).toMatchObject({ code: 'request_malformed', status: 400 })
    expect(reply.body.problems.length).toBeGreaterThan(0)
    expect(reply.body.requestId).toBe(reply.headers.get('x-request-id'))
  })

  it('never reaches the code behind: no JSON, wrong type, too much, unknown address', async () => {
    const json = { 'content-type': 'application/json' }
    const to = `${house.url}/v1/pairings`
    const code = async (init: RequestInit) => (await send(to, { method: 'POST', ...init })).body.code
    expect(await code({ body: '{', headers: json })).toBe('request_malformed')
    expect(await code({ body: '{"__proto__":{"a":1}}', headers: json })).toBe('request_malformed')
    expect(await code({ body: 'a=b', headers: { 'content-type': 'application/x-www-form-urlencoded' } })).toBe(
      'request_malformed',
    )
    expect(await code({ body: JSON.stringify({ kind: 'x'.repeat(70_000) }), headers: json })).toBe('body_too_large')
    expect((await send(`${house.url}/v1/nothing`)).body.code).toBe('not_found')
  })
})

it('metrics count what happened', async () => {
  const text = await (await fetch(`${house.url}/metrics`)).text()
  for (const name of ['paume_hovers_total', 'paume_payments_total', 'paume_stage_ms', 'paume_gallery_palms 0']) {
    expect(text).toContain(name)
  }
})
