import { type OnnxModel, onnxModel } from '../networks/onnx-models.ts'

/** The learnt embedder, as `models.json` lists it. */
export const palmModel = () => onnxModel('palm-rgb')

/**
 * Vectors of other weights are never compared with those of these: the name holds the beginning of their SHA-256. Told without
 * loading any weights, so that a gallery need not run a network to know whose vectors it holds.
 */
export const palmNetworkName = (model: OnnxModel = palmModel()) => `palmnet1-${model.sha256.slice(0, 8)}`
