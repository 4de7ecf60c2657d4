/** Which hand of the person: left or right. */
export type Hand = 'L' | 'R'

/** Which side of a hand the camera sees. */
export type Side = 'palm' | 'back'

/** An RGB picture: rows from the top, 3 bytes a pixel, no padding. */
export interface Raster {
  widthPx: number
  heightPx: number
  channels: 3
  data: Uint8Array
}

/** A place in the picture: x to the right, y down, origin at the upper left corner. */
export interface PointPx {
  xPx: number
  yPx: number
}

/** How the hand is held against the camera. */
export interface Pose {
  /** Turn in the picture plane: 0 = fingers up, positive = clockwise as seen in the picture. */
  rollDeg: number
  /** Fingers lean away from the camera (positive) or towards it. */
  pitchDeg: number
  /** The right side of the picture leans away from the camera (positive) or the left side. */
  yawDeg: number
  /** Length from wrist to middle fingertip, held flat, as a fraction of the picture's height (0.2–1.1). */
  handLengthShare: number
  /** Middle of the palm as fractions of the picture's width and height. */
  centreX: number
  centreY: number
  /** Finger spread: 0 = closed, 1 = relaxed, 1.8 = wide. */
  spread: number
  /** How far the fingers bend towards the camera at each joint: 0 = flat, 1 = a fist. */
  curl: number
}

export type BackgroundKind = 'counter' | 'shop' | 'dark' | 'bright' | 'patterned'
export type ArmKind = 'bare' | 'cuff' | 'sleeve'

/** Light, camera and surroundings. */
export interface Scene {
  background: BackgroundKind
  arm: ArmKind
  /** Where the main light stands, seen in the picture: 0 = from the right, 90 = from above. */
  lightAzimuthDeg: number
  /** Height of the light over the hand: 90 = straight from the camera, 15 = grazing. */
  lightElevationDeg: number
  /** Colour temperature error left after white balance: −1 bluish … 1 yellowish. */
  warmth: number
  /** Share of the light that comes from a flash or the terminal's own screen, at the camera: 0…1. */
  flash: number
  /**
   * Light of a coloured screen at the camera, linear red, green and blue, in parts of the light on a flat white sheet that all the rest
   * gives together. Reaches the hand, not what is behind it. Default none.
   */
  screen?: readonly [number, number, number]
  /** Exposure in stops against a well exposed palm: −2…1.5. */
  exposureStops: number
  /** Defocus, Gaussian sigma. */
  blurPx: number
  /** Motion smear, length and direction. */
  motionBlurPx: number
  motionDirectionDeg: number
  /** Standard deviation of the sensor's noise, in grey levels of 255. */
  noiseLevels: number
}

/** What is known of a picture because it was made. */
export interface Truth {
  hand: Hand
  person: number
  view: number
  /** The 21 points in MediaPipe's order (0 wrist, 1–4 thumb, 5–8 index … 17–20 little finger). */
  landmarks: PointPx[]
  /** Angle between the palm's normal and the line of sight. */
  tiltDeg: number
  rollDeg: number
  /** |5−17| in the picture. */
  palmWidthPx: number
  pose: Pose
  scene: Scene
}

export interface RenderedHand {
  raster: Raster
  truth: Truth
}

export interface HandRequest {
  /** Seed of the person: same number, same person. Any 32-bit integer. */
  person: number
  /** Seed of the view: pose, light, background, small changes of the skin. */
  view: number
  hand: Hand
  /**
   * What the camera sees: visible light (default), or near infrared: veins beneath the skin, creases faint. The same request in both
   * bands shows the same hand in the same pose, as two registered sensors would.
   */
  band?: 'visible' | 'near-infrared'
  /** Default 1280. */
  widthPx?: number
  /** Default 720. */
  heightPx?: number
  /** 0 easy (flat, well lit, sharp) … 1 hard (tilted, dim, blurred). Default 0.35. */
  difficulty?: number
  /** Fixes parts of the pose that the view seed would draw. */
  pose?: Partial<Pose>
  /** Fixes parts of the scene that the view seed would draw. */
  scene?: Partial<Scene>
}

export interface BurstRequest extends HandRequest {
  /** Pictures in the burst, 1–60. */
  frames: number
  /** Time between pictures. Default 80 ms. */
  intervalMs?: number
  /** Light of the screen in each picture, as `screen` of a scene; default that of the scene. */
  screens?: readonly (readonly [number, number, number])[]
}

/** What can stand before the camera instead of an open palm. */
export type SceneKind = 'empty' | 'two-hands' | 'fist' | 'back-of-hand' | 'glove' | 'printed-sheet' | 'phone-screen'

export interface SceneRequest extends Omit<HandRequest, 'hand'> {
  /** Default 'R'. */
  hand?: Hand
}

export interface RenderedScene {
  kind: SceneKind
  raster: Raster
  /** The hands that are really there: none where a picture of a hand is shown. */
  hands: Truth[]
}

/** One moment of a hand that comes to the terminal. */
export interface ApproachMoment {
  atMs: number
  phase: 'away' | 'coming' | 'holding' | 'leaving'
  /** Null while no hand is in the picture. */
  pose: Pose | null
  /** Motion smear at this moment. */
  motionBlurPx: number
  motionDirectionDeg: number
}

export interface ApproachRequest extends HandRequest {
  /** Default: away 600, coming 900, holding 2500, leaving 600. */
  awayMs?: number
  comingMs?: number
  holdingMs?: number
  leavingMs?: number
  /** Default 100 (10 pictures a second). */
  intervalMs?: number
}
