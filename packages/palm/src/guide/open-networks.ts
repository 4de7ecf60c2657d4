import type { GuideOptions } from '../guidance-types.ts'
import { GUIDE_MODELS, type GuideModel } from '../networks/guide-models.ts'
import { compileNetwork, openLiteRt } from '../networks/litert.ts'
import { type HandNetworks, ModelMissingError } from '../networks/network.ts'

let runtime: Promise<unknown> | undefined

/** The two small networks, fetched from the page's own server. Throws ModelMissingError. */
export async function openGuideNetworks({ wasmUrl, modelUrls }: GuideOptions): Promise<HandNetworks> {
  runtime ??= openLiteRt(wasmUrl).catch((cause) => {
    runtime = undefined
    throw new ModelMissingError('litert', 'the runtime does not load', { cause })
  })
  await runtime
  const [palmBytes, handBytes] = await Promise.all([
    fetchModel(GUIDE_MODELS.palmDetector, modelUrls.palmDetector),
    fetchModel(GUIDE_MODELS.handLandmarks, modelUrls.handLandmarks),
  ])
  const palmDetector = await compileNetwork(GUIDE_MODELS.palmDetector, palmBytes)
  const handLandmarks = await compileNetwork(GUIDE_MODELS.handLandmarks, handBytes)
  return { palmDetector, handLandmarks }
}

/** The page trusts its own server for the bytes; the size tells an error page from a network. */
async function fetchModel(model: GuideModel, url: string): Promise<Uint8Array> {
  let bytes: Uint8Array
  try {
    const response = await fetch(url)
    if (!response.ok) throw new Error(`status ${response.status}`)
    bytes = new Uint8Array(await response.arrayBuffer())
  } catch (cause) {
    throw new ModelMissingError(model.name, `${url} cannot be fetched`, { cause })
  }
  if (bytes.length !== model.sizeBytes) {
    throw new ModelMissingError(model.name, `${url} has ${bytes.length} bytes, not ${model.sizeBytes}`)
  }
  return bytes
}
