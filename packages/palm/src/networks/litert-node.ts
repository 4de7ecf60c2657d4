import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, sep } from 'node:path'
import { compileFunction } from 'node:vm'
import { compileNetwork, openLiteRt } from './litert.ts'
import { readModel } from './model-files.ts'
import { MODELS } from './models.ts'
import { type HandNetworks, ModelMissingError } from './network.ts'

const require = createRequire(import.meta.url)

/** Folder of LiteRT's WebAssembly files, also what a server offers to pages. */
export const liteRtFolder = () => join(dirname(require.resolve('@litertjs/core')), '..', 'wasm')

let runtime: Promise<unknown> | undefined

/** Loads LiteRT in this thread, once. */
function loadRuntime(): Promise<unknown> {
  runtime ??= inBrowserClothes(() => openLiteRt(liteRtFolder() + sep)).catch((cause) => {
    runtime = undefined
    throw new ModelMissingError('litert', 'the runtime does not load', { cause })
  })
  return runtime
}

/**
 * LiteRT's loader expects a page or a browser worker: `self`, `importScripts`, and a GPU to ask. They stand there only
 * while it loads. The GPU it finds has no device, so everything runs on the processor.
 */
async function inBrowserClothes<T>(load: () => Promise<T>): Promise<T> {
  const scope = globalThis as Record<string, unknown>
  const before = new Map(['self', 'importScripts'].map((name) => [name, Object.getOwnPropertyDescriptor(scope, name)]))
  scope.self = globalThis
  scope.importScripts = runScript
  const gpu = { requestAdapter: async () => ({ limits: {}, features: new Set(), requestDevice: async () => null }) }
  Object.defineProperty(navigator, 'gpu', { value: gpu, configurable: true })
  try {
    return await load()
  } finally {
    Reflect.deleteProperty(navigator, 'gpu')
    for (const [name, descriptor] of before) {
      if (descriptor) Object.defineProperty(scope, name, descriptor)
      else delete scope[name]
    }
  }
}

/** Evaluates the runtime's script as a CommonJS module and hands out the one name it declares. */
function runScript(path: string): void {
  const code = `${readFileSync(path, 'utf8')}\nglobalThis.ModuleFactory = ModuleFactory`
  compileFunction(code, ['require', '__filename', '__dirname'], { filename: path })(
    createRequire(path),
    path,
    dirname(path),
  )
}

/** Both networks of stage 2, checked and compiled. Throws ModelMissingError. */
export async function openHandNetworks(): Promise<HandNetworks> {
  await loadRuntime()
  const open = async (key: 'palmDetectorFull' | 'handLandmarksFull') => compileNetwork(MODELS[key], readModel(key))
  const palmDetector = await open('palmDetectorFull')
  const handLandmarks = await open('handLandmarksFull')
  return { palmDetector, handLandmarks }
}
