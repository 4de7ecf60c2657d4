import type { HandNetworks } from './network.ts'
import { onnxModel, readOnnxModel } from './onnx-models.ts'
import { openOnnx } from './onnx-network.ts'

const DETECTOR_INPUT = [192, 192, 3]
const LANDMARKS_INPUT = [224, 224, 3]

/** Both networks of stage 2, checked, compiled and warm. Throws ModelMissingError. */
export async function openHandNetworks(modelFolder?: string): Promise<HandNetworks> {
  const open = (name: string, itemShape: readonly number[]) =>
    openOnnx(name, readOnnxModel(onnxModel(name), modelFolder), itemShape)
  const palmDetector = await open('palm-detector', DETECTOR_INPUT)
  const handLandmarks = await open('hand-landmarks', LANDMARKS_INPUT)
  return { palmDetector, handLandmarks }
}
