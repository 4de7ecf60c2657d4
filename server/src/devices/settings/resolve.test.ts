import { DEFAULT_SETTINGS, SETTING_NAMES, SETTINGS_SCOPES, type SettingsPatch } from '@paume/contract'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { drawOf, HIGHEST_DRAW, mergeLayers, versionOf } from './resolve.ts'

const layer = (scope: (typeof SETTINGS_SCOPES)[number], settings: SettingsPatch | null, more: object = {}) => ({
  scope,
  template_id: `set_${scope}`,
  name: scope,
  current_version: settings === null ? null : 1,
  settings,
  rollout_id: null,
  rollout_version: null,
  due_up_to: null,
  rollout_settings: null,
  ...more,
})
const patch = fc.record(
  { soundPercent: fc.integer({ min: 0, max: 100 }), hoverHints: fc.boolean(), nearInfrared: fc.boolean() },
  { requiredKeys: [] },
)

describe('settings', () => {
  it('are built in where no template says anything', () => {
    const { settings, sources } = mergeLayers([], 'dev_1')
    expect(settings).toEqual(DEFAULT_SETTINGS)
    expect(SETTING_NAMES.every((name) => sources[name]!.from === 'default')).toBe(true)
  })

  it('come from the most particular template that says them, in whatever order they are read', () => {
    fc.assert(
      fc.property(
        fc.tuple(patch, patch, patch, patch),
        fc.array(fc.nat(), { minLength: 4, maxLength: 4 }),
        (patches, order) => {
          const layers = SETTINGS_SCOPES.map((scope, n) => layer(scope, patches[n] as SettingsPatch))
          const shuffled = [...layers].sort((a, b) => order[layers.indexOf(a)]! - order[layers.indexOf(b)]!)
          const merged = mergeLayers(shuffled, 'dev_1')
          for (const name of ['soundPercent', 'hoverHints', 'nearInfrared'] as const) {
            const last = patches.findLastIndex((each) => each[name] !== undefined)
            const expected = last < 0 ? DEFAULT_SETTINGS[name] : patches[last]![name]
            expect(merged.settings[name]).toBe(expected)
            expect(merged.sources[name]!.from).toBe(last < 0 ? 'default' : SETTINGS_SCOPES[last])
          }
        },
      ),
    )
  })

  it('of a version that is being rolled out reach the devices that are due, and no others', () => {
    const out = { rollout_id: 'sro_1', rollout_version: 2, rollout_settings: { soundPercent: 10 } }
    const draw = drawOf('sro_1', 'dev_1')
    const at = (due_up_to: bigint) => mergeLayers([layer('shop', { soundPercent: 90 }, { ...out, due_up_to })], 'dev_1')
    expect(at(draw)).toMatchObject({ settings: { soundPercent: 10 }, rollouts: ['sro_1'] })
    expect(at(draw).sources.soundPercent).toMatchObject({ version: 2, rolloutId: 'sro_1' })
    expect(at(draw - 1n)).toMatchObject({ settings: { soundPercent: 90 }, rollouts: [] })
    // A first version that is not out yet leaves the wider settings as they are.
    const first = mergeLayers([layer('shop', null, { ...out, due_up_to: draw - 1n })], 'dev_1')
    expect(first.settings.soundPercent).toBe(DEFAULT_SETTINGS.soundPercent)
  })

  it('are named by what they say', () => {
    const same = versionOf({ ...DEFAULT_SETTINGS })
    expect(same).toMatch(/^[0-9a-f]{16}$/)
    expect(versionOf(Object.fromEntries(Object.entries(DEFAULT_SETTINGS).reverse()) as never)).toBe(same)
    expect(versionOf({ ...DEFAULT_SETTINGS, soundPercent: 99 })).not.toBe(same)
  })

  it('are drawn evenly, and in another order for every roll-out', () => {
    const below = (rollout: string) =>
      Array.from({ length: 2_000 }, (_, n) => `dev_${n}`).filter((id) => drawOf(rollout, id) <= HIGHEST_DRAW / 20n)
    const [one, other] = [below('sro_1'), below('sro_2')]
    for (const drawn of [one, other]) expect(Math.abs(drawn.length - 100)).toBeLessThan(40)
    expect(one.filter((id) => other.includes(id)).length).toBeLessThan(25)
  })
})
