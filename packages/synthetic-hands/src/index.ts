export { approachSequence } from './approach.ts'
export { renderApproach } from './render-approach.ts'
export { burstFrames, renderBurst } from './render-burst.ts'
export { renderHand } from './render-hand.ts'
export type {
  ApproachMoment,
  ApproachRequest,
  ArmKind,
  BackgroundKind,
  BurstRequest,
  Hand,
  HandRequest,
  PointPx,
  Pose,
  Raster,
  RenderedHand,
  Scene,
  SceneKind,
  SceneRequest,
  Truth,
} from './types.ts'
