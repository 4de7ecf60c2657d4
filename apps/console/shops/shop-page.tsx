import type { CheckItem, ShopDetails, ShopState } from '@paume/contract'
import { useState } from 'react'
import { Link, type PageProps, useApi, useFormat, useLoad, useSaid, useSelf } from '../frame/index.ts'
import { Button, Facts, Loaded, Note, PageHead, Panel, StatePill, useToast } from '../parts/index.ts'
import { AttestDialog } from './attest-dialog.tsx'
import { LanesPanel } from './lanes-panel.tsx'
import { downloadSheets, downloadSigns } from './paper.ts'
import { ShopDialog } from './shop-dialog.tsx'
import { Serving, StateOfShop } from './state-of-shop.tsx'
import './shops.css'
import { useShopTexts } from './texts.ts'

const LIVE = ['shop', 'device', 'payment'] as const

/** One shop: what it is, what is still to do, and what stands in it. */
export function ShopPage({ params }: PageProps) {
  const { t } = useShopTexts()
  const api = useApi()
  const id = params.shopId as string
  const shop = useLoad(`shop ${id}`, (signal) => api.shops.one(id, { signal }), { live: LIVE })
  const trail = [{ to: '/console/shops', title: t('title') }]
  if (shop.data === null) {
    return (
      <>
        <PageHead title={t('title')} trail={trail} />
        <Loaded load={shop}>{() => null}</Loaded>
      </>
    )
  }
  return <Shop key={id} shop={shop.data} reload={shop.reload} trail={trail} />
}

function Shop({ shop, reload, trail }: { shop: ShopDetails; reload(): void; trail: { to: string; title: string }[] }) {
  const { t } = useShopTexts()
  const { may } = useSelf()
  const [open, setOpen] = useState<'edit' | 'attest' | null>(null)
  const say = useToast()
  const closed = () => setOpen(null)
  return (
    <>
      <PageHead
        title={shop.name}
        line={[shop.number, shop.town, shop.region, shop.organisation.name].filter(Boolean).join(' · ')}
        trail={trail}
        beside={<StateOfShop shop={shop} />}
        actions={
          may('shops.write') && (
            <Button icon="pencil" onClick={() => setOpen('edit')}>
              {t('edit')}
            </Button>
          )
        }
      />
      {shop.notLive !== null && <Note tone="warn">{t(`not_${shop.notLive}`)}</Note>}
      <div className="shop-grid">
        <Checks shop={shop} reload={reload} onAttest={() => setOpen('attest')} />
        <ShopFacts shop={shop} />
        <LanesPanel shop={shop} reload={reload} />
      </div>
      {open === 'edit' && (
        <ShopDialog
          shop={shop}
          onClose={closed}
          onDone={() => {
            closed()
            say(t('saved'))
            reload()
          }}
        />
      )}
      {open === 'attest' && (
        <AttestDialog
          shop={shop}
          onClose={closed}
          onDone={() => {
            closed()
            say(t('attested'))
            reload()
          }}
        />
      )}
    </>
  )
}

function ShopFacts({ shop }: { shop: ShopDetails }) {
  const { t } = useShopTexts()
  const { date } = useFormat(shop.timeZone)
  const { place } = shop
  return (
    <Panel title={t('facts')}>
      <Facts
        rows={[
          [t('serves'), <Serving key="serving" shop={shop} />],
          [t('brand'), shop.brand?.name],
          [t('phase'), shop.phase?.name],
          [t('format'), t(`format_${shop.format}`)],
          [
            t('street'),
            [shop.street, shop.postalCode, shop.town, shop.region, shop.country].filter(Boolean).join(', '),
          ],
          [t('place'), place && `${place.latitudeDeg.toFixed(4)}, ${place.longitudeDeg.toFixed(4)}`],
          [t('time_zone'), shop.timeZone],
          [t('currency'), shop.currency],
          [t('languages'), shop.languages.join(', ')],
          [t('jurisdiction'), shop.jurisdiction],
          [t('state_live'), shop.liveAt && date(shop.liveAt)],
          [
            t('devices'),
            <Link key="devices" to={`/console/devices?shopId=${shop.id}`}>
              {t('all_devices')}
            </Link>,
          ],
        ]}
      />
    </Panel>
  )
}

function Checks({ shop, reload, onAttest }: { shop: ShopDetails; reload(): void; onAttest(): void }) {
  const { t, language } = useShopTexts()
  const api = useApi()
  const { may } = useSelf()
  const say = useToast()
  const said = useSaid()
  const [busy, setBusy] = useState(false)
  const act = async (work: () => Promise<unknown>) => {
    setBusy(true)
    try {
      await work()
    } catch (error) {
      say(said(error).sentence, 'bad')
    }
    setBusy(false)
    reload()
  }
  const makeDevices = async () => say(t('made_some', { made: (await api.shops.makeDevices([shop.id])).made }))
  const goTo = (state: ShopState) => void act(() => api.shops.setState(shop.id, state))
  return (
    <Panel title={t('checks')}>
      <ol className="checks">
        {shop.checks.map((item) => (
          <CheckLine key={item.check} item={item} timeZone={shop.timeZone} />
        ))}
      </ol>
      {may('rollout.write') && shop.state !== 'closed' && (
        <div className="row">
          <Button icon="plus" disabled={busy} onClick={() => void act(makeDevices)}>
            {t('make_devices')}
          </Button>
          <Button
            icon="pair"
            disabled={busy}
            onClick={() => void act(() => downloadSheets([shop.id], shop.country, language))}
          >
            {t('print_sheets')}
          </Button>
          <Button icon="print" disabled={busy} onClick={() => void act(() => downloadSigns([shop.id], shop.country))}>
            {t('print_signs')}
          </Button>
        </div>
      )}
      <p className="soft">{t('sheets_line')}</p>
      <div className="row">
        {may('notices.read') && (
          <Button look="main" icon="shield" onClick={onAttest}>
            {t('attest')}
          </Button>
        )}
        {may('rollout.write') &&
          shop.mayBecome.map((state) => (
            <Button key={state} disabled={busy} onClick={() => goTo(state)}>
              {t('next_state')}: {t(`state_${state}`)}
            </Button>
          ))}
      </div>
    </Panel>
  )
}

function CheckLine({ item, timeZone }: { item: CheckItem; timeZone: string }) {
  const { t } = useShopTexts()
  const { date } = useFormat(timeZone)
  const beside = [
    item.count && item.check !== 'staff_invited' && item.check !== 'devices_made'
      ? `${item.count.done}/${item.count.of}`
      : null,
    item.check === 'devices_made' && item.count ? String(item.count.done) : null,
    item.at && date(item.at),
    item.needed ? null : t('optional'),
  ].filter(Boolean)
  return (
    <li>
      <StatePill tone={item.done ? 'good' : item.needed ? 'warn' : 'plain'}>
        {item.done ? t('done') : t('to_do')}
      </StatePill>
      <span>{t(`check_${item.check}`)}</span>
      <span className="soft">{beside.join(' · ')}</span>
    </li>
  )
}
