import { spawn } from 'node:child_process'
import { createJpegSplitter } from './jpeg-stream.ts'
import { type FrameSource, FramesUnavailable, toFrames } from './source.ts'

/** Pictures that a camera needs to find its exposure, passed over. */
const SETTLING_FRAMES = 5
/** A camera that gives nothing within this time gives nothing, ms. */
const DEADLINE_MS = 10_000

export type CameraOptions = {
  /** Such as `/dev/video0`. */
  device: string
  size?: { widthPx: number; heightPx: number }
  framesPerSecond?: number
  /** The program that reads the camera; `ffmpeg` unless said otherwise. */
  program?: string
}

/**
 * A V4L2 camera on Linux, read by ffmpeg, which is started for each burst and ended after it: between hands the camera is off. Pictures
 * go through a pipe and never to a disk.
 */
export function cameraFrames({
  device,
  size = { widthPx: 1280, heightPx: 720 },
  framesPerSecond = 15,
  program = 'ffmpeg',
}: CameraOptions): FrameSource {
  const words = [
    ...['-hide_banner', '-loglevel', 'error', '-nostdin', '-f', 'v4l2', '-framerate', String(framesPerSecond)],
    ...['-video_size', `${size.widthPx}x${size.heightPx}`, '-i', device],
    ...['-f', 'image2pipe', '-c:v', 'mjpeg', '-q:v', '2', 'pipe:1'],
  ]
  return {
    camera: 'ready',
    burst: (count, signal) =>
      new Promise((resolve, reject) => {
        const pictures: { bytes: Uint8Array; atMs: number }[] = []
        let passed = 0
        let complaint = ''
        const child = spawn(program, words, { stdio: ['ignore', 'pipe', 'pipe'] })
        const end = (work: () => void) => {
          clearTimeout(deadline)
          signal.removeEventListener('abort', aborted)
          child.kill('SIGKILL')
          work()
        }
        const fail = (message: string) => end(() => reject(new FramesUnavailable(message)))
        const aborted = () => end(() => reject(signal.reason))
        const deadline = setTimeout(
          () => fail(`${device} gave no pictures within ${DEADLINE_MS / 1_000} s.`),
          DEADLINE_MS,
        )
        signal.addEventListener('abort', aborted)
        child.on('error', (error: NodeJS.ErrnoException) =>
          fail(
            error.code === 'ENOENT'
              ? `${program} is not installed. On Debian or Ubuntu: sudo apt-get install ffmpeg`
              : `${program} cannot be started: ${error.message}`,
          ),
        )
        child.stderr.on('data', (chunk: Buffer) => {
          complaint = (complaint + chunk.toString()).slice(-500)
        })
        const split = createJpegSplitter((bytes) => {
          passed += 1
          if (passed <= SETTLING_FRAMES || pictures.length >= count) return
          pictures.push({ bytes, atMs: performance.now() })
          if (pictures.length === count) end(() => resolve(toFrames(pictures)))
        })
        child.stdout.on('data', split)
        child.on('close', () => {
          if (pictures.length < count) fail(`${device} cannot be read: ${complaint.trim() || 'it gave no pictures'}`)
        })
      }),
  }
}
