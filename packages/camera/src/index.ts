export * from './frame-source.ts'
export * from './hand-camera-types.ts'
export * from './hover-types.ts'
