import Type, { type Static } from 'typebox'
import { FlashPolicy } from './flash.ts'
import { idSchema, Language, Timestamp } from './identifiers.ts'

/** How dark a screen may be made, so that nobody takes it for one that is off, percent. */
const DARKEST_PERCENT = 20
/** Tips a screen offers beside each other. */
const MOST_TIPS = 4

const fields = {
  /** Languages of the screen, the first is the one it returns to. Null: those of the shop. */
  languages: Type.Union([Type.Array(Language, { minItems: 1, maxItems: 2, uniqueItems: true }), Type.Null()]),
  /** How bright the page is between payments; while a hand is looked at the screen is the lamp and as bright as it can be. */
  brightnessPercent: Type.Integer({ minimum: DARKEST_PERCENT, maximum: 100 }),
  soundPercent: Type.Integer({ minimum: 0, maximum: 100 }),
  /** What a register offers as tips when it asks for one. */
  tipPercents: Type.Array(Type.Integer({ minimum: 1, maximum: 50 }), { maxItems: MOST_TIPS, uniqueItems: true }),
  /** What the idle screen says in place of our words; left out in a language: our words. */
  idleWords: Type.Object({
    en: Type.Optional(Type.String({ minLength: 1, maxLength: 80 })),
    fr: Type.Optional(Type.String({ minLength: 1, maxLength: 80 })),
  }),
  /** Whether the page opens the near-infrared sensor where the device has one. */
  nearInfrared: Type.Boolean(),
  /** Null: the policy of the organisation. */
  flash: Type.Union([FlashPolicy, Type.Null()]),
  /** Whether the screen says how to hold the hand while it looks for one. */
  hoverHints: Type.Boolean(),
}

/** What a device's screen, sound and camera are set to. */
export const DeviceSettings = Type.Object(fields)
export type DeviceSettings = Static<typeof DeviceSettings>
export const SETTING_NAMES = Object.keys(fields) as (keyof DeviceSettings)[]

/** What a template sets; the rest comes from a wider one, or from `DEFAULT_SETTINGS`. */
export const SettingsPatch = Type.Partial(DeviceSettings, { additionalProperties: false })
export type SettingsPatch = Static<typeof SettingsPatch>

export const DEFAULT_SETTINGS: DeviceSettings = {
  languages: null,
  brightnessPercent: 100,
  soundPercent: 100,
  tipPercents: [5, 10, 15],
  idleWords: {},
  nearInfrared: true,
  flash: null,
  hoverHints: true,
}

/** Where a template holds, from the widest to the most particular, which wins. */
export const SETTINGS_SCOPES = ['organisation', 'brand', 'shop', 'device'] as const
export type SettingsScope = (typeof SETTINGS_SCOPES)[number]
export const SettingsScope = Type.Unsafe<SettingsScope>(Type.Union(SETTINGS_SCOPES.map((scope) => Type.Literal(scope))))

/** Names the settings a device runs, or should: the start of a SHA-256 over them. */
export const SettingsVersion = Type.String({ pattern: '^[0-9a-f]{16}$' })

/** Where one setting of a device comes from. */
export const SettingSource = Type.Union([
  Type.Object({ from: Type.Literal('default') }),
  Type.Object({
    from: SettingsScope,
    templateId: idSchema('settings'),
    templateName: Type.String(),
    version: Type.Integer(),
    /** The roll-out that brought it, while that is under way. */
    rolloutId: Type.Optional(idSchema('settingsRollout')),
  }),
])
export type SettingSource = Static<typeof SettingSource>

const name = Type.String({ minLength: 1, maxLength: 60 })
/** `POST /v1/settings-templates`. An operator says for whom. */
export const TemplateCreate = Type.Object({
  name,
  organisationId: Type.Optional(idSchema('organisation')),
  settings: SettingsPatch,
})
/** `POST /v1/settings-templates/{id}/versions`: changes nothing until it is rolled out. */
export const TemplateVersionCreate = Type.Object({ settings: SettingsPatch })
/** `PUT` and `DELETE /v1/settings-assignments`: at most one template a scope. */
export const SettingsAssignment = Type.Object({
  scope: SettingsScope,
  scopeId: Type.String({ maxLength: 40 }),
  templateId: idSchema('settings'),
})
export type SettingsAssignment = Static<typeof SettingsAssignment>
export const AssignmentScope = Type.Object({ scope: SettingsScope, scopeId: Type.String({ maxLength: 40 }) })

export const SettingsTemplateListed = Type.Object({
  id: idSchema('settings'),
  name: Type.String(),
  organisation: Type.Object({ id: idSchema('organisation'), name: Type.String() }),
  /** In force; null: no version was rolled out yet. */
  currentVersion: Type.Union([Type.Integer(), Type.Null()]),
  latestVersion: Type.Integer(),
  /** The roll-out under way. */
  rolloutId: Type.Union([idSchema('settingsRollout'), Type.Null()]),
  createdAt: Timestamp,
})
export type SettingsTemplateListed = Static<typeof SettingsTemplateListed>
export const SettingsTemplate = Type.Object({
  ...SettingsTemplateListed.properties,
  versions: Type.Array(
    Type.Object({
      version: Type.Integer(),
      settings: SettingsPatch,
      createdAt: Timestamp,
      createdBy: Type.Union([Type.String(), Type.Null()]),
    }),
  ),
  assignments: Type.Array(AssignmentScope),
  rollouts: Type.Array(idSchema('settingsRollout')),
})
export type SettingsTemplate = Static<typeof SettingsTemplate>

/** The parts of the devices that a roll-out reaches one after the other, percent. */
export const ROLLOUT_STAGES_PERCENT = [5, 25, 100]
/** `POST /v1/settings-rollouts`. */
export const RolloutCreate = Type.Object({
  templateId: idSchema('settings'),
  version: Type.Integer({ minimum: 1 }),
  /** Rising, the last is 100. `ROLLOUT_STAGES_PERCENT` when left out. */
  stagesPercent: Type.Optional(Type.Array(Type.Integer({ minimum: 1, maximum: 100 }), { minItems: 1, maxItems: 6 })),
  /** How long each stage is watched before the next, minutes. 30 when left out. */
  stageMinutes: Type.Optional(Type.Integer({ minimum: 1, maximum: 1440 })),
})
export type RolloutCreate = Static<typeof RolloutCreate>
export const ROLLOUT_STATES = ['running', 'stopped', 'finished'] as const
export type RolloutState = (typeof ROLLOUT_STATES)[number]
/** Why a roll-out stopped: by hand, or because devices that took it went silent, failed more, or could not use it. */
export const ROLLOUT_STOPS = ['by_hand', 'silent', 'failing', 'refused'] as const
export type RolloutStop = (typeof ROLLOUT_STOPS)[number]
const literals = <const T extends readonly string[]>(values: T) =>
  Type.Unsafe<T[number]>(Type.Union(values.map((value) => Type.Literal(value))))
export const SettingsRollout = Type.Object({
  id: idSchema('settingsRollout'),
  template: Type.Object({ id: idSchema('settings'), name: Type.String() }),
  version: Type.Integer(),
  /** What devices go back to when it stops; null: to the wider settings. */
  fromVersion: Type.Union([Type.Integer(), Type.Null()]),
  state: literals(ROLLOUT_STATES),
  stop: Type.Union([literals(ROLLOUT_STOPS), Type.Null()]),
  stagesPercent: Type.Array(Type.Integer()),
  /** Which of them it is at, from 0. */
  stage: Type.Integer(),
  stageMinutes: Type.Integer(),
  startedAt: Timestamp,
  stageSince: Timestamp,
  endedAt: Type.Union([Timestamp, Type.Null()]),
  /** Devices it is for, those that are to take it now, that say they run it, that could not use it, that took it and went silent. */
  devices: Type.Object({
    covered: Type.Integer(),
    due: Type.Integer(),
    took: Type.Integer(),
    refused: Type.Integer(),
    silent: Type.Integer(),
  }),
})
export type SettingsRollout = Static<typeof SettingsRollout>
