/** How alike strangers look to one model, at the upper end: a generalised Pareto tail. Aggregate figures only. */
export type ImpostorTail = {
  /** Similarity that a share startFmr of strangers, pair by pair, reaches. */
  readonly start: number
  readonly startFmr: number
  /** Similarity by which the share falls to 1/e, at the start of the tail. Upper end of its 95% interval over people. */
  readonly scale: number
  /** 0: exponential. Above: heavier. Never below: an end that was fitted is not believed. */
  readonly shape: number
  /** What it was fitted to, in words. */
  readonly measuredOn: string
}

/**
 * By model version, one picture against one, aggregate figures only. Written by `npm run calibrate -- --write`: fit again, do not
 * edit. Nothing below an FMR of three by the number of pairs was seen: what lies below is extrapolated.
 */
export const IMPOSTOR_TAILS: Readonly<Record<string, ImpostorTail>> = {
  'pool11-1+line3x32-1': {
    start: 1.20402,
    startFmr: 0.001,
    scale: 1.10159,
    shape: 0,
    measuredOn:
      'tongji: 407055 pairs of 100 strangers; mean excess 0.794 (0.547 to 1.102), shape -0.10 (-0.42 to 0.03)',
  },
  'palmnet1-3e81a73a+line3x32-1': {
    start: 0.72429,
    startFmr: 0.001,
    scale: 1.27404,
    shape: 0,
    measuredOn: 'course: 174048 pairs of 99 strangers; mean excess 0.908 (0.524 to 1.274), shape -0.09 (-0.49 to 0.23)',
  },
}
