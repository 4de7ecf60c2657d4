import {
  type AgreedText,
  type CaptureChallenge,
  type CardSetup,
  type CardSetupKind,
  type CardSetupProgress,
  type Enrolment,
  type EnrolmentCaptureResult,
  type HandSide,
  type Language,
  SEALED_CAPTURE_TYPE,
} from '@paume/contract'
import type { ApiCall, CallOptions, Transport } from './transport.ts'

/** One person's registration, step by step. Each call answers the enrolment as it stands; `enrolment_step` says a step is not due. */
export type Enrolments = {
  start(language: Language, options?: CallOptions): Promise<Enrolment>
  get(id: string, options?: CallOptions): Promise<Enrolment>
  language(id: string, language: Language, options?: CallOptions): Promise<Enrolment>
  /** Agrees to exactly the text that was shown. */
  consent(id: string, text: AgreedText, options?: CallOptions): Promise<Enrolment>
  terms(id: string, text: AgreedText, options?: CallOptions): Promise<Enrolment>
  /** Whether this person wants to be known in the whole network; `text` is the one of `Enrolment.network`. */
  network(id: string, text: AgreedText, agreed: boolean, options?: CallOptions): Promise<Enrolment>
  /** National or E.164 form; a code is sent to it. */
  phone(id: string, phone: string, options?: CallOptions): Promise<Enrolment>
  phoneCode(id: string, code: string, options?: CallOptions): Promise<Enrolment>
  /** `form`: how the card should be given; left out, the best way there is. */
  cardSetup(id: string, options?: CallOptions & { form?: CardSetupKind }): Promise<CardSetup>
  cardProgress(id: string, setupId: string, options?: CallOptions): Promise<CardSetupProgress>
  /** Nobody will bring the card of this set-up any more. */
  cancelCard(id: string, setupId: string, options?: CallOptions): Promise<void>
  card(id: string, setupId: string, options?: CallOptions): Promise<Enrolment>
  challenge(id: string, hand: HandSide, options?: CallOptions): Promise<CaptureChallenge>
  capture(
    id: string,
    captureId: string,
    sealed: Uint8Array<ArrayBuffer>,
    options?: CallOptions,
  ): Promise<EnrolmentCaptureResult>
  /** `onePalm`: this person shows one hand only. */
  complete(id: string, options?: CallOptions & { onePalm?: boolean }): Promise<Enrolment>
  /** "No thanks": everything of it is destroyed. */
  end(id: string, options?: CallOptions): Promise<void>
}

export function enrolmentsOf({ call }: Transport): Enrolments {
  const at = (id: string, step = '') => `/v1/enrolments/${encodeURIComponent(id)}${step}`
  const ask = async <T>(request: ApiCall): Promise<T> => (await call<T>(request)).body
  const post = <T = Enrolment>(path: string, json: unknown, options?: CallOptions) =>
    ask<T>({ method: 'POST', path, json, ...options })
  const agreement = ({ sha256, version, language }: AgreedText) => ({ sha256, version, language, agreed: true })

  return {
    start: (language, options) => post('/v1/enrolments', { language }, options),
    get: (id, options) => ask({ method: 'GET', path: at(id), ...options }),
    language: (id, language, options) => post(at(id, '/language'), { language }, options),
    consent: (id, text, options) => post(at(id, '/consent'), agreement(text), options),
    terms: (id, text, options) => post(at(id, '/terms'), agreement(text), options),
    network: (id, text, agreed, options) => post(at(id, '/network'), { ...agreement(text), agreed }, options),
    phone: (id, phone, options) => post(at(id, '/phone'), { phone }, options),
    phoneCode: (id, code, options) => post(at(id, '/phone-code'), { code }, options),
    cardSetup: (id, { form, ...options } = {}) =>
      post<CardSetup>(at(id, '/card-setup'), form === undefined ? {} : { form }, options),
    cardProgress: (id, setupId, options) =>
      ask({ method: 'GET', path: at(id, `/card-setups/${encodeURIComponent(setupId)}`), ...options }),
    cancelCard: async (id, setupId, options) => {
      const path = at(id, `/card-setups/${encodeURIComponent(setupId)}`)
      await call({ method: 'DELETE', path, repeatable: true, ...options })
    },
    card: (id, setupId, options) => post(at(id, '/card'), { setupId }, options),
    challenge: (id, hand, options) => post<CaptureChallenge>(at(id, '/challenges'), { hand }, options),
    capture: (id, captureId, sealed, options) =>
      ask<EnrolmentCaptureResult>({
        method: 'POST',
        path: at(id, `/captures/${encodeURIComponent(captureId)}`),
        bytes: { type: SEALED_CAPTURE_TYPE, body: sealed },
        ...options,
      }),
    complete: (id, { onePalm, ...options } = {}) => post(at(id, '/complete'), { onePalm }, options),
    end: async (id, options) => {
      await call({ method: 'DELETE', path: at(id), repeatable: true, ...options })
    },
  }
}
