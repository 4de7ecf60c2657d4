import type { EnrolmentStep, HandSide, ReviewDecision, ReviewState, ScreenColour } from '@paume/contract'
import type { ColumnType, Generated } from 'kysely'
import type { LivenessDemand } from './flash.ts'

/** The tables that `identity` owns. No column holds a picture, and no template lies in one unsealed. */
export type IdentityTables = {
  captures: {
    id: string
    challenge: string
    device_id: string
    purpose: 'enrolment' | 'hover'
    /** The registration or the payment. */
    subject_id: string
    hand: HandSide | null
    /** The colours drawn for it, one a frame; null when none were asked. */
    flash: ScreenColour[] | null
    /** What becomes of a hand that no colour was seen on. */
    unlit: LivenessDemand['unlit']
    expires_at: Date
    used_at: Date | null
    /** SHA-256 of the sealed body that used it: the same bytes again are a repetition, others a misuse. */
    body_sha256: string | null
    /** What was answered, so that a repetition hears the same. */
    result: ColumnType<unknown, string | null, string | null>
  }
  shopper_keys: {
    shopper_id: string
    /** The shopper's data key under a tenant key. */
    wrapped_key: Buffer
    tenant_epoch: number
    /** The gallery whose key wraps it and turned the templates; `installation`: of before there were galleries, until renewed. */
    keyed_by: string
  }
  palms: {
    id: string
    shopper_id: string
    /** Where it is searched: `org_…` or `network`. All palms of a shopper lie in one gallery. */
    gallery_id: string
    /** Where its owner registered. */
    organisation_id: string | null
    hand: HandSide
    enrolled_at: Date
    last_used_at: Date | null
  }
  /** Templates of a palm, one row a model version: two while a palm is renewed for a newer model. */
  palm_templates: {
    palm_id: string
    model_version: string
    rotation_epoch: number
    template_count: number
    sealed_templates: Buffer
    made_at: Date
  }
  /** What changed in the gallery, in the order of commits. Every node follows it. */
  palm_changes: {
    sequence: Generated<bigint>
    shopper_id: string
    change: 'put' | 'erased'
    at: Generated<Date>
  }
  enrolments: {
    id: string
    device_id: string
    shop_id: string
    organisation_id: string
    language: string
    country: string
    step: EnrolmentStep
    expires_at: Date
    ended_at: Date | null
    shopper_id: string | null
    enrolled_at: Date | null
    /** Seals what is pending; gone when the registration ends in any way. */
    wrapped_key: Buffer | null
    tenant_epoch: number
    /** The gallery whose key wraps it and turned its frames. */
    keyed_by: string
    /** Whether its owner agreed to be known in the whole network. */
    network_agreed: Generated<boolean>
  }
  /** Good frames of a registration that is under way: sealed, and destroyed with it. */
  enrolment_samples: {
    id: Generated<bigint>
    enrolment_id: string
    hand: HandSide
    sealed_sample: Buffer
  }
  /** A palm that was there already; a person looks at it. Pseudonyms only. */
  duplicate_reviews: {
    id: string
    enrolment_id: string
    shop_id: string
    hand: HandSide
    /** The shopper whose palm it seems to be. */
    shopper_id: string
    noticed_at: Date
    /** Whose staff decide; null: operators only. */
    organisation_id: string | null
    /** Where somebody wanted to register. */
    noticed_by: string | null
    state: Generated<ReviewState>
    taken_by: Generated<string | null>
    taken_by_name: Generated<string | null>
    taken_at: Generated<Date | null>
    decision: Generated<ReviewDecision | null>
    decided_by_name: Generated<string | null>
    decided_at: Generated<Date | null>
    /** To tell the person who wanted to register; wiped when that is done, after 30 days at the latest. */
    newer_phone_sealed: Buffer | null
    /** Knows them again when they were found to be twins. */
    newer_phone_hmac: string | null
    newer_language: string | null
  }
  /** Shoppers whose palms are like somebody else's: they show both hands. */
  shopper_twins: { shopper_id: string; review_id: string; noted_at: Date }
}
