/**
 * A compiled network with one float input. The port between the stages and whatever runs the arithmetic: the stages
 * know neither files nor addresses, so the same code serves the server and the page.
 */
export type Network = {
  /** Runs once; `input` has the length of the input shape, the outputs come in the order of the model file. */
  run(input: Float32Array): Promise<Float32Array[]>
  close(): void
}

/** The two networks of stage 2. */
export type HandNetworks = { palmDetector: Network; handLandmarks: Network }

/** A network file is missing, altered or cannot be compiled: the system must not start with it. */
export class ModelMissingError extends Error {
  readonly code = 'model_missing'
  readonly model: string
  readonly why: string
  constructor(model: string, why: string, options?: ErrorOptions) {
    super(`The network "${model}" cannot be used: ${why}`, options)
    this.name = 'ModelMissingError'
    this.model = model
    this.why = why
  }
}
