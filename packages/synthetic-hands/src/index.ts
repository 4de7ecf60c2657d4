export { approachSequence } from './approach.ts'
export { renderApproach } from './render-approach.ts'
export { burstFrames, renderBurst } from './render-burst.ts'
export { renderHand } from './render-hand.ts'
export { renderScene } from './render-scene.ts'
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
  RenderedScene,
  Scene,
  SceneKind,
  SceneRequest,
  Side,
  Truth,
} from './types.ts'
