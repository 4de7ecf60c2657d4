export { encodeJpeg } from './encode-jpeg.ts'
export { type DatasetOptions, writeDataset } from './write-dataset.ts'
export { type MjpegOptions, writeMjpeg } from './write-mjpeg.ts'
