import Type, { type Static, type TSchema } from 'typebox'
import { idSchema, Timestamp } from './identifiers.ts'
import { Jurisdiction } from './jurisdictions.ts'
import { listOf, listQuery } from './lists.ts'
import { Words } from './organisations.ts'

const nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()])
const literals = <const T extends readonly string[]>(values: T) =>
  Type.Unsafe<T[number]>(Type.Union(values.map((value) => Type.Literal(value))))

/** Largest list of shops, bytes and rows. */
export const MOST_ROLLOUT_BYTES = 40_000_000
export const MOST_ROLLOUT_ROWS = 100_000

/** The columns of a list of shops. Files may spell them in other ways. */
export const SHOP_FILE_COLUMNS = [
  'number',
  'name',
  'brand',
  'street',
  'town',
  'region',
  'postal_code',
  'country',
  'latitude',
  'longitude',
  'time_zone',
  'currency',
  'languages',
  'jurisdiction',
  'format',
  'phase',
  'tills',
  'registers',
  'gates',
  'kiosks',
] as const
export type ShopFileColumn = (typeof SHOP_FILE_COLUMNS)[number]

/** What is wrong with a cell, a row or a file. Pages have a sentence for each, with what to do. */
export const ROW_PROBLEMS = [
  'missing',
  'too_long',
  'unreadable',
  'not_a_number',
  'out_of_range',
  'not_in_region',
  'place_half',
  'swapped',
  'country_unknown',
  'region_unknown',
  'time_zone_unknown',
  'time_zone_needed',
  'currency_unknown',
  'currency_needed',
  'language_unknown',
  'jurisdiction_unknown',
  'jurisdiction_too_lax',
  'format_unknown',
  'format_without_lanes',
  'duplicate_in_file',
  'duplicate_name',
  'columns_too_many',
  'state_fixed',
] as const
export type RowProblemCode = (typeof ROW_PROBLEMS)[number]
export const RowProblem = Type.Object({
  column: nullable(Type.String()),
  code: literals(ROW_PROBLEMS),
  /** What stood there, cut short. */
  value: Type.Optional(Type.String()),
  /** E.g. the row that it doubles, or what was expected. */
  hint: Type.Optional(Type.String()),
})
export type RowProblem = Static<typeof RowProblem>

export const ROW_OUTCOMES = ['error', 'new', 'change', 'same'] as const
export type RowOutcome = (typeof ROW_OUTCOMES)[number]
export const RowOutcome = literals(ROW_OUTCOMES)
export const RolloutRow = Type.Object({
  /** Where it stands in the file; the row of names is 1. */
  row: Type.Integer(),
  outcome: RowOutcome,
  number: nullable(Type.String()),
  name: nullable(Type.String()),
  town: nullable(Type.String()),
  shopId: nullable(idSchema('shop')),
  problems: Type.Array(RowProblem),
  /** What would be another, or was before. */
  changes: Type.Array(
    Type.Object({ field: Type.String(), from: nullable(Type.String()), to: nullable(Type.String()) }),
  ),
})
export type RolloutRow = Static<typeof RolloutRow>

export const IMPORT_STATES = ['checking', 'checked', 'unreadable', 'applying', 'applied', 'undone'] as const
export type ImportState = (typeof IMPORT_STATES)[number]
export const ImportState = literals(IMPORT_STATES)

/** Why a file cannot be read at all. */
export const FILE_PROBLEMS = [
  'empty',
  'encoding',
  'not_a_table',
  'name_column_missing',
  'column_twice',
  'too_many_rows',
  'workbook_broken',
  'workbook_too_large',
  'workbook_locked',
  'interrupted',
] as const
export type FileProblem = (typeof FILE_PROBLEMS)[number]

/** One list of shops on its way: checked, looked at, applied, perhaps undone. */
export const Rollout = Type.Object({
  id: idSchema('rollout'),
  organisation: Type.Object({ id: idSchema('organisation'), name: Type.String() }),
  fileName: Type.String(),
  sizeBytes: Type.Integer(),
  state: ImportState,
  fileProblem: nullable(Type.Object({ code: literals(FILE_PROBLEMS), hint: nullable(Type.String()) })),
  /** How it was read; null for a workbook or before it was. */
  encoding: nullable(Type.String()),
  separator: nullable(Type.String()),
  /** Headings that mean nothing to us: their cells are left out. */
  ignoredColumns: Type.Array(Type.String()),
  rowsRead: Type.Integer(),
  rowsChecked: Type.Integer(),
  counts: Type.Object({ new: Type.Integer(), change: Type.Integer(), same: Type.Integer(), error: Type.Integer() }),
  createdAt: Timestamp,
  createdBy: nullable(Type.String()),
  appliedAt: nullable(Timestamp),
  undoneAt: nullable(Timestamp),
})
export type Rollout = Static<typeof Rollout>
export const ROLLOUT_COLUMNS = ['createdAt', 'fileName', 'state'] as const
export const RolloutQuery = Type.Object({ ...listQuery(ROLLOUT_COLUMNS), state: Type.Optional(ImportState) })
export type RolloutQuery = Static<typeof RolloutQuery>
export const Rollouts = listOf(Rollout)
export const ROLLOUT_ROW_COLUMNS = ['row', 'name'] as const
export const RolloutRowQuery = Type.Object({ ...listQuery(ROLLOUT_ROW_COLUMNS), outcome: Type.Optional(RowOutcome) })
export type RolloutRowQuery = Static<typeof RolloutRowQuery>
export const RolloutRows = listOf(RolloutRow)
/** `POST /v1/rollouts?fileName=…` with the bytes of the file as the body. Operators name the organisation. */
export const RolloutUpload = Type.Object({
  fileName: Words(200),
  organisationId: Type.Optional(idSchema('organisation')),
})
/** `POST /v1/rollouts/{id}/apply`. `partly`: rows with errors are left out; otherwise nothing is applied while there are any. */
export const RolloutApply = Type.Object({ partly: Type.Optional(Type.Boolean()) })
/** Answer to an undo that cannot be: the first shops in the way, and why. */
export const UNDO_OBSTACLES = ['live', 'payments', 'changed_since', 'devices'] as const

/** A wave of a roll-out. */
export const Phase = Type.Object({
  id: idSchema('phase'),
  organisation: Type.Object({ id: idSchema('organisation'), name: Type.String() }),
  name: Type.String(),
  startsOn: nullable(Type.String({ format: 'date' })),
  endsOn: nullable(Type.String({ format: 'date' })),
  shops: Type.Record(Type.String(), Type.Integer()),
})
export type Phase = Static<typeof Phase>
export const Phases = Type.Object({ phases: Type.Array(Phase) })
const day = Type.Optional(nullable(Type.String({ format: 'date' })))
export const PhaseCreate = Type.Object({
  name: Words(60),
  startsOn: day,
  endsOn: day,
  organisationId: Type.Optional(idSchema('organisation')),
})
export type PhaseCreate = Static<typeof PhaseCreate>
export const PhaseChange = Type.Partial(Type.Pick(PhaseCreate, ['name', 'startsOn', 'endsOn']))
export type PhaseChange = Static<typeof PhaseChange>
export const PhaseShops = Type.Object({
  shopIds: Type.Array(idSchema('shop'), { minItems: 1, maxItems: 500, uniqueItems: true }),
})

// Paper

const paper = literals(['letter', 'a4'] as const)
const shopIds = Type.Array(idSchema('shop'), { minItems: 1, maxItems: 200, uniqueItems: true })
/**
 * `POST /v1/pairing-sheets`: makes the devices that the lanes of these shops lack, gives each that is not paired a code for paper (codes
 * given before are good no more), and answers the sheets as a PDF.
 */
export const PairingSheets = Type.Object({
  shopIds,
  paper,
  /** `page`: one device a page; `cards`: six a page, to be cut apart. */
  layout: literals(['page', 'cards'] as const),
  language: literals(['en', 'fr', 'es', 'zh'] as const),
})
export type PairingSheets = Static<typeof PairingSheets>
/** `POST /v1/signs`: the notice signs of these shops as a PDF; each counts as printed. */
export const Signs = Type.Object({
  shopIds,
  paper,
  /** Up to four on one sign; left out: those of the shop. */
  languages: Type.Optional(
    Type.Array(literals(['en', 'fr', 'es', 'zh'] as const), { minItems: 1, maxItems: 4, uniqueItems: true }),
  ),
})
export type Signs = Static<typeof Signs>

/** `POST /v1/shops/{id}/attestations?postedOn=…&entrances=…` with the photo as the body (JPEG, PNG or WebP). */
export const AttestationAsk = Type.Object({
  postedOn: Type.String({ format: 'date' }),
  /** How many customer entrances have the sign; counts where the jurisdiction asks for it there. */
  entrances: Type.Optional(Type.Integer({ minimum: 1, maximum: 99 })),
  note: Type.Optional(Type.String({ maxLength: 200 })),
})
export type AttestationAsk = Static<typeof AttestationAsk>
export const MOST_PHOTO_BYTES = 12_000_000
export const Attestation = Type.Object({
  id: idSchema('attestation'),
  shop: Type.Object({ id: idSchema('shop'), name: Type.String() }),
  jurisdiction: Jurisdiction,
  packVersion: Type.Integer(),
  signSha256: Type.String(),
  postedOn: Type.String({ format: 'date' }),
  entrances: nullable(Type.Integer()),
  note: nullable(Type.String()),
  /** Null: a sandbox's seed. */
  photo: nullable(Type.Object({ widthPx: Type.Integer(), heightPx: Type.Integer() })),
  by: nullable(Type.String()),
  at: Timestamp,
  /** Whether it counts today: not withdrawn, and for the jurisdiction and text that hold now. */
  holds: Type.Boolean(),
  withdrawnAt: nullable(Timestamp),
})
export type Attestation = Static<typeof Attestation>
export const ATTESTATION_COLUMNS = ['at', 'postedOn', 'shop'] as const
export const AttestationQuery = Type.Object({
  ...listQuery(ATTESTATION_COLUMNS),
  shopId: Type.Optional(idSchema('shop')),
})
export type AttestationQuery = Static<typeof AttestationQuery>
export const Attestations = listOf(Attestation)
