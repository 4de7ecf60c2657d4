export { approachSequence } from './approach.ts'
export { renderAttack } from './attacks/render-attack.ts'
export { renderFlashedBurst } from './attacks/render-flashed-burst.ts'
export { renderTwin } from './attacks/render-twin.ts'
export {
  type PresentationRequest,
  type PresentedFrame,
  type ShownHand,
  SPECIES,
  type Species,
} from './attacks/types.ts'
export { renderApproach } from './render-approach.ts'
export { burstFrames, renderBurst } from './render-burst.ts'
export { renderHand } from './render-hand.ts'
export { renderScene } from './render-scene.ts'
export { screenLight } from './screen-light.ts'
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
