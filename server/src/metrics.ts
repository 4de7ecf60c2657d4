import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

export type Metrics = {
  registry: Registry
  /** Hovers by outcome: identified, other_palm, not_recognised, ambiguous, liveness_failed, poor_quality, unreadable, unavailable. */
  hovers: Counter<'outcome'>
  /** Payments that came to a state. */
  payments: Counter<'state'>
  /** Time of each stage of a hover, ms: open, analyse, search, authorise. */
  stageMs: Histogram<'stage'>
  enrolments: Counter<'outcome'>
  galleryPalms: Gauge
  /** Shoppers whose templates this node cannot use: made under a key or by a model that it does not have, or damaged. */
  galleryRefused: Gauge
  /** Templates in memory by the model that made them: when an earlier model's are gone, everybody was renewed. */
  galleryTemplates: Gauge<'model'>
  /** Palms of earlier models after a hover of their owner: taken_over, gathering, not_alike, failed. */
  palmUpgrades: Counter<'outcome'>
}

/** Boundaries for stages of a hover, ms. */
const STAGE_BUCKETS_MS = [1, 2, 5, 10, 25, 50, 100, 200, 400, 800, 1_600, 5_000]

/** A registry of its own for each server, so that two in one process do not add up. */
export function createMetrics(): Metrics {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })
  return {
    registry,
    hovers: new Counter({ name: 'paume_hovers_total', help: 'Hovers by outcome', labelNames: ['outcome'], registers }),
    payments: new Counter({
      name: 'paume_payments_total',
      help: 'Payments by state',
      labelNames: ['state'],
      registers,
    }),
    stageMs: new Histogram({
      name: 'paume_stage_ms',
      help: 'Stages of a hover, ms',
      labelNames: ['stage'],
      buckets: STAGE_BUCKETS_MS,
      registers,
    }),
    enrolments: new Counter({
      name: 'paume_enrolments_total',
      help: 'Registrations by how they ended',
      labelNames: ['outcome'],
      registers,
    }),
    galleryRefused: new Gauge({
      name: 'paume_gallery_refused_shoppers',
      help: 'Shoppers whose templates this node cannot use',
      registers,
    }),
    galleryTemplates: new Gauge({
      name: 'paume_gallery_templates',
      help: 'Templates in memory by model version',
      labelNames: ['model'],
      registers,
    }),
    palmUpgrades: new Counter({
      name: 'paume_palm_upgrades_total',
      help: 'Palms of earlier models after a hover, by what became of them',
      labelNames: ['outcome'],
      registers,
    }),
    galleryPalms: new Gauge({ name: 'paume_gallery_palms', help: 'Palms in memory', registers }),
  }
}
