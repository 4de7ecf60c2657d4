/** Entry for whoever draws the intermediates of the stages (`npm run explain`). Nothing in a server imports it. */
export type { Located } from './2-landmarks/hand.ts'
export { BONES } from './2-landmarks/hand.ts'
export { type PalmPlacement, place } from './3-region/cut.ts'
export { REGION_SIDE_PX, type Region } from './3-region/region.ts'
export type { Measure } from './4-quality/measure.ts'
export { ANGLE_STEPS, FIELD_SIDE, NO_LINE } from './6-embedding/line-field.ts'
export type { FrameAnalysis } from './frames/frame.ts'
export { type RecordedTrace, recorder } from './trace.ts'
