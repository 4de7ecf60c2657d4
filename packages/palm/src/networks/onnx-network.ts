import { InferenceSession, Tensor } from 'onnxruntime-node'
import { ModelMissingError, type Network } from './network.ts'

/** A network of ONNX Runtime takes any number of inputs in one run, one after the other. */
export type OnnxNetwork = Network & {
  /** Numbers one input has. */
  readonly inputLength: number
}

/** One thread a session: parallel work is spread over workers, not inside one; and no thread spins while it waits. */
const OPTIONS: InferenceSession.SessionOptions = {
  executionProviders: ['cpu'],
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  executionMode: 'sequential',
  graphOptimizationLevel: 'all',
  logSeverityLevel: 3,
  extra: { session: { set_denormal_as_zero: '1' } },
}

/**
 * Compiles checked bytes for the processor and runs them once, so that the first shopper waits no longer than the second. `itemShape`
 * is the shape of one input without its first, free side; `firstInput` what the first run is made on, all zeroes unless given. Throws ModelMissingError when this is no network of that shape.
 */
export async function openOnnx(
  name: string,
  bytes: Uint8Array,
  itemShape: readonly number[],
  firstInput?: Float32Array,
): Promise<OnnxNetwork> {
  let session: InferenceSession
  try {
    session = await InferenceSession.create(bytes, OPTIONS)
  } catch (cause) {
    throw new ModelMissingError(name, 'it does not compile', { cause })
  }
  const [input] = session.inputMetadata
  const takes = input?.isTensor ? input.shape.slice(1) : []
  if (session.inputNames.length !== 1 || takes.join() !== itemShape.join()) {
    throw new ModelMissingError(name, `it takes [n, ${takes.join(', ')}], not [n, ${itemShape.join(', ')}]`)
  }
  const network = networkOf(name, session, itemShape)
  try {
    await network.run(firstInput ?? new Float32Array(network.inputLength))
  } catch (cause) {
    throw new ModelMissingError(name, 'it does not run', { cause })
  }
  return network
}

function networkOf(name: string, session: InferenceSession, itemShape: readonly number[]): OnnxNetwork {
  const inputLength = itemShape.reduce((product, side) => product * side, 1)
  return {
    inputLength,
    async run(input) {
      const items = input.length / inputLength
      if (!Number.isInteger(items) || items < 1) {
        throw new RangeError(`${name} takes multiples of ${inputLength} numbers, not ${input.length}`)
      }
      const feeds = { [session.inputNames[0]]: new Tensor('float32', input, [items, ...itemShape]) }
      const results = await session.run(feeds)
      return session.outputNames.map((output) => finite(name, output, results[output].data))
    },
    // The session is given back with its last reference at the latest; nobody waits for that.
    close: () => void session.release(),
  }
}

/** A network that answers something else than numbers is broken: nothing may be decided from it. */
function finite(name: string, output: string, values: unknown): Float32Array {
  if (!(values instanceof Float32Array)) throw new TypeError(`${name}: ${output} holds no 32-bit numbers`)
  // A sum is finite only if every part is, short of overflow, which is as broken.
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += values[i]
  if (!Number.isFinite(sum)) throw new Error(`${name}: ${output} is not finite`)
  return values
}
