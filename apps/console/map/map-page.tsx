import { SHOP_STATES, type ShopMap, type ShopState } from '@paume/contract'
import { useMemo } from 'react'
import { choice, go, Link, oneOf, useApi, useLoad, useSearch } from '../frame/index.ts'
import { Button, EmptyState, Loaded, Note, PageHead, Panel, SelectField } from '../parts/index.ts'
import '../shops/shops.css'
import { StateOfShop } from '../shops/state-of-shop.tsx'
import { useShopTexts } from '../shops/texts.ts'
import { landOf, SIZES, type View } from './land.ts'
import { MARKS } from './marks.ts'

const SEARCH = { view: choice(['california', 'all'] as const), state: oneOf(SHOP_STATES) }
const LIVE = ['shop', 'device'] as const

/** Shops coming up, on a map that needs no other server. */
export function MapPage() {
  const { t } = useShopTexts()
  const api = useApi()
  const [{ view, state }, setSearch] = useSearch(SEARCH)
  const query = state === undefined ? {} : { state }
  const load = useLoad(`shops map ${state ?? ''}`, (signal) => api.shops.map(query, { signal }), { live: LIVE })
  const views = (['california', 'all'] as const).map((each) => (
    <Button
      key={each}
      aria-pressed={view === each}
      look={view === each ? 'main' : undefined}
      onClick={() => setSearch({ view: each })}
    >
      {t(`zoom_${each}`)}
    </Button>
  ))
  return (
    <>
      <PageHead title={t('map')} line={t('map_line')} actions={views} />
      <div className="map-filter">
        <SelectField
          label={t('state')}
          value={state ?? ''}
          options={SHOP_STATES.map((value) => ({ value, label: t(`state_${value}`) }))}
          placeholder={t('all')}
          onChange={(value) => setSearch({ state: (value as string) === '' ? undefined : value })}
        />
      </div>
      <Loaded load={load} lines={10}>
        {(map) =>
          map.shops.length === 0 ? (
            <EmptyState title={t('empty')} line={t('empty_line')} icon="map">
              <Link to="/console/rollout">{t('import_list')}</Link>
            </EmptyState>
          ) : (
            <Picture map={map} view={view} />
          )
        }
      </Loaded>
    </>
  )
}

function Picture({ map, view }: { map: ShopMap; view: View }) {
  const { t } = useShopTexts()
  const land = useMemo(() => landOf(view), [view])
  const { width, height } = SIZES[view]
  const placed = useMemo(() => map.shops.map((shop) => ({ shop, at: land.at(shop) })), [map, land])
  const elsewhere = placed.filter(({ at }) => at === null)
  const drawn = placed.filter(({ at }) => at !== null)
  return (
    <div className="map-grid">
      <div>
        {/* What the picture shows stands in the list beside it, for the keyboard and for screen readers. */}
        <svg className="map-picture" viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
          {land.paths.map(({ name, d }) => (
            <path key={name} className="map-land" d={d} />
          ))}
          {drawn.map(({ shop, at }) => (
            // biome-ignore lint/a11y/noStaticElementInteractions: the list beside it leads there, too
            <path
              key={shop.id}
              className="map-shop"
              data-state={shop.state}
              d={MARKS[shop.state]}
              transform={`translate(${at![0].toFixed(1)} ${at![1].toFixed(1)})`}
              onClick={() => go(`/console/shops/${shop.id}`)}
            >
              <title>{`${shop.name}, ${t(`state_${shop.state}`)}`}</title>
            </path>
          ))}
        </svg>
        <Legend shops={map.shops} />
        {map.more > 0 && <Note tone="warn">{t('more_shops', { count: map.more })}</Note>}
      </div>
      <div className="stack">
        <Panel title={t('in_list', { count: drawn.length })}>
          <ShopList shops={drawn.map(({ shop }) => shop)} />
        </Panel>
        {elsewhere.length > 0 && (
          <Panel title={t('elsewhere')}>
            <ShopList shops={elsewhere.map(({ shop }) => shop)} />
          </Panel>
        )}
      </div>
    </div>
  )
}

function Legend({ shops }: { shops: ShopMap['shops'] }) {
  const { t } = useShopTexts()
  const count = (state: ShopState) => shops.filter((shop) => shop.state === state).length
  return (
    <ul className="map-legend" aria-label={t('legend')}>
      {SHOP_STATES.filter((state) => count(state) > 0).map((state) => (
        <li key={state}>
          <svg viewBox="-9 -9 18 18" aria-hidden="true">
            <path className="map-shop" data-state={state} d={MARKS[state]} />
          </svg>{' '}
          {t(`state_${state}`)}: {count(state)}
        </li>
      ))}
    </ul>
  )
}

function ShopList({ shops }: { shops: ShopMap['shops'] }) {
  const { t } = useShopTexts()
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
    <ul className="map-list" tabIndex={0} aria-label={t('title')}>
      {shops.map((shop) => (
        <li key={shop.id}>
          <Link to={`/console/shops/${shop.id}`}>
            <span>
              {shop.name} <span className="soft">{t('online_of', { online: shop.online, made: shop.devices })}</span>
            </span>
            <StateOfShop shop={shop} />
          </Link>
        </li>
      ))}
    </ul>
  )
}
