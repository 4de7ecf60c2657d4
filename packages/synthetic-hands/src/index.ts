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
export { renderHand } from './render-hand.ts'
