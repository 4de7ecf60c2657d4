import { fileURLToPath } from 'node:url'
import table from '../../models/models.json' with { type: 'json' }
import { readChecked } from './checked-file.ts'
import { ModelMissingError } from './network.ts'

/** One network of the server, as `models/models.json` lists it. `npm test` and every start compare the file with it. */
export type OnnxModel = {
  /** The name the code asks for. */
  name: string
  /** File beside the list. */
  file: string
  bytes: number
  sha256: string
}

const FOLDER = fileURLToPath(new URL('../../models/', import.meta.url))

/** What the list says of one network. Throws ModelMissingError. */
export function onnxModel(name: string, models: readonly OnnxModel[] = table): OnnxModel {
  const model = listedOnnxModel(name, models)
  if (model === null) throw new ModelMissingError(name, 'models.json does not list it')
  return model
}

/** The same of a network that the system can do without: null where it is not listed. */
export const listedOnnxModel = (name: string, models: readonly OnnxModel[] = table): OnnxModel | null =>
  models.find((one) => one.name === name) ?? null

/** The bytes of one network after checking size and SHA-256. Throws ModelMissingError. */
export function readOnnxModel({ name, file, bytes, sha256 }: OnnxModel, folder: string = FOLDER): Uint8Array {
  return readChecked({ name, path: `${folder}/${file}`, offsetBytes: 0, sizeBytes: bytes, sha256 })
}
