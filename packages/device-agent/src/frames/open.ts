import { stat } from 'node:fs/promises'
import { cameraFrames } from './camera.ts'
import { fileFrames, folderFrames } from './files.ts'
import { type FrameSource, FramesUnavailable } from './source.ts'

/** Pictures from where `place` leads: a camera (`/dev/video0`), a folder, or one file. Throws FramesUnavailable. */
export async function openFrames(place: string): Promise<FrameSource> {
  const there = await stat(place).catch(() => null)
  if (there === null) throw new FramesUnavailable(`There is nothing at ${place}.`)
  if (there.isCharacterDevice()) return cameraFrames({ device: place })
  return there.isDirectory() ? folderFrames(place) : fileFrames(place)
}
