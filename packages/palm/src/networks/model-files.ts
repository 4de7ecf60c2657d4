import { createHash } from 'node:crypto'
import { closeSync, openSync, readSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { MODELS, type ModelFile, type ModelKey } from './models.ts'
import { ModelMissingError } from './network.ts'

const require = createRequire(import.meta.url)

/** Where npm put the package that ships the networks. */
function modelFolder(model: ModelFile): string {
  try {
    return dirname(require.resolve('@mediapipe/hands'))
  } catch (cause) {
    throw new ModelMissingError(model.name, 'the package @mediapipe/hands is not installed', { cause })
  }
}

/** The bytes of one network after checking size and SHA-256. Throws ModelMissingError. */
export function readModel(key: ModelKey, folder: string = modelFolder(MODELS[key])): Uint8Array {
  const model = MODELS[key]
  const path = join(folder, model.file)
  const bytes = new Uint8Array(model.sizeBytes)
  let got = 0
  try {
    const file = openSync(path, 'r')
    try {
      got = readSync(file, bytes, 0, model.sizeBytes, model.offsetBytes)
    } finally {
      closeSync(file)
    }
  } catch (cause) {
    throw new ModelMissingError(model.name, `${path} cannot be read`, { cause })
  }
  if (got !== model.sizeBytes) {
    throw new ModelMissingError(model.name, `${path} is too short: ${got} of ${model.sizeBytes} bytes`)
  }
  const digest = createHash('sha256').update(bytes).digest('hex')
  if (digest !== model.sha256) throw new ModelMissingError(model.name, `${path} has SHA-256 ${digest}`)
  return bytes
}
