export { decodePicture } from './1-capture/decode.ts'
export { PICTURE_LIMITS, type PictureLimits } from './1-capture/limits.ts'
export { PictureError, type PictureErrorCode } from './1-capture/picture-error.ts'
export { regionFromCutPalm } from './3-region/cut-palm.ts'
export type { Region } from './3-region/region.ts'
export { background } from './4-quality/background.ts'
export type { Embedding, OrientationCode, OrientationField } from './6-embedding/embedding.ts'
export { type Coder, cosineOf, EMBEDDING_DIMS, type Embedder } from './6-embedding/embedding.ts'
export { lineCoder } from './6-embedding/line-coder.ts'
export type { NirEmbedder, NirSample } from './6-embedding/nir-embedding.ts'
export { type NirModel, nirModel, nirNameOf, openNirNetwork } from './6-embedding/nir-network.ts'
export { openPalmNetwork } from './6-embedding/palm-network.ts'
export { pooledVector } from './6-embedding/pooled-vector.ts'
export {
  coderOf,
  EARLIER_MODELS,
  MODEL,
  type Model,
  modelVersionOf,
  protect,
  protectProbe,
  protectTemplate,
} from './7-protection/protect.ts'
export { rerotateProbe, rerotateTemplate } from './7-protection/rerotate.ts'
export { ROTATION_KEY_BYTES, type Rotation, rotationOf } from './7-protection/rotation.ts'
export type { ProtectedEmbedding, ProtectedNir, ProtectedProbe, ProtectedTemplate } from './7-protection/template.ts'
export { TemplateUnreadable, templateFromBytes, templateToBytes } from './7-protection/template-bytes.ts'
export { type Fusion, fusionOf } from './8-gallery/fusion.ts'
export { FUSION_WEIGHTS } from './8-gallery/fusion-weights.ts'
export {
  type Candidate,
  type EnrolledPalm,
  type Gallery,
  GalleryUnavailable,
  type HandSide,
  type ModelHoldings,
  TemplateMismatch,
} from './8-gallery/gallery.ts'
export type { GalleryOptions } from './8-gallery/gallery-options.ts'
export { nirEvidence } from './8-gallery/nir-fusion.ts'
export { NIR_WEIGHTS, type NirWeights } from './8-gallery/nir-weights.ts'
export { type Galleries, type GalleriesOptions, openGalleries, type SearchedPalms } from './8-gallery/open-galleries.ts'
export { openGallery, SHORTLIST_PALMS } from './8-gallery/open-gallery.ts'
export { evidenceOf, fmrOf, similarityAtFmr, TEMPLATES_PER_PALM } from './9-decision/calibration.ts'
export {
  DEFAULT_POLICY,
  type DecisionContext,
  type DecisionPolicy,
  decide,
  evidenceForOne,
  type Shown,
  thresholdFor,
} from './9-decision/decide.ts'
export type { Decision, Evidence } from './9-decision/decision.ts'
export { IMPOSTOR_TAILS } from './9-decision/impostor-tails.ts'
export { verify } from './9-decision/verify.ts'
export {
  enrolPalm,
  enrolProtected,
  isSamePalm,
  type PalmEnrolment,
  type ProtectedSample,
  protectSample,
} from './enrol.ts'
export type { AnalyseOptions, Analysis, Frame } from './frames/analyse-burst.ts'
export { analyseFrame } from './frames/analyse-frame.ts'
export { openFrameExperts } from './frames/experts.ts'
export type { PalmSample } from './frames/frame.ts'
export { RecogniserUnavailable } from './frames/frame-pool.ts'
export {
  bestFrames,
  FRAMES_SEARCHED,
  type IdentifyContext,
  identify,
  identifyProtected,
  type ProtectedPalm,
  protectBest,
  type ShownPalm,
} from './identify.ts'
export { type Raster, raster } from './image.ts'
export { guideAssets } from './networks/guide-assets.ts'
export { ModelMissingError } from './networks/network.ts'
export { listedNirHead, type NirHead } from './nir-head.ts'
export { openRecogniser, type Recogniser } from './recogniser.ts'
export { renewTemplates, TEMPLATES_TO_TAKE_OVER } from './renew.ts'
export { STAGES, type Stage, stopwatch } from './trace.ts'
