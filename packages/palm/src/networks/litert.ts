import { type CompiledModel, loadAndCompile, loadLiteRt, Tensor } from '@litertjs/core'
import type { GuideModel } from './guide-models.ts'
import { ModelMissingError, type Network } from './network.ts'

/** LiteRT logs every step to the console; its own print hooks are the only switch. */
export const QUIET_MODULE = { print: () => {}, printErr: () => {} }

/** Loads the runtime once for this thread or page. `wasmPath` ends in a slash: a folder on disk or an address. */
export function openLiteRt(wasmPath: string): Promise<unknown> {
  // Without `locateFile` the runtime looks for its WebAssembly beside the worker's own script.
  const locateFile = (file: string) => wasmPath + file
  ;(globalThis as { Module?: unknown }).Module = { ...QUIET_MODULE, locateFile }
  return loadLiteRt(wasmPath)
}

/** Compiles checked model bytes for the processor, one thread: parallel work is spread over workers, not inside one. */
export async function compileNetwork(model: GuideModel, bytes: Uint8Array): Promise<Network> {
  let compiled: CompiledModel
  try {
    compiled = await loadAndCompile(bytes, { accelerator: 'wasm', cpuOptions: { numThreads: 1 } })
  } catch (cause) {
    throw new ModelMissingError(model.name, 'it does not compile', { cause })
  }
  const shape = [...model.inputShape]
  const length = shape.reduce((product, side) => product * side, 1)
  return {
    async run(input) {
      if (input.length !== length) throw new RangeError(`${model.name} takes ${length} numbers, not ${input.length}`)
      const tensor = new Tensor(input, shape)
      const outputs = await compiled.run(tensor)
      tensor.delete()
      return outputs.map((output) => {
        const values = Float32Array.from(output.toTypedArray())
        output.delete()
        return values
      })
    },
    close: () => compiled.delete(),
  }
}
