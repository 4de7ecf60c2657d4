import { type DeviceDetails, SETTING_NAMES } from '@paume/contract'
import { Link, type PageProps, useApi, useFormat, useLoad } from '../frame/index.ts'
import { CopyField, Facts, Loaded, Note, PageHead, Panel, RowsTable, StatePill } from '../parts/index.ts'
import { DeviceActions } from './device-actions.tsx'
import { PresenceStrip } from './presence-strip.tsx'
import { SourceOfSetting, useSettingWords } from './setting-words.tsx'
import { FailureRate, Skew, StateOfDevice } from './state-of-device.tsx'
import { useDeviceTexts } from './texts.ts'

const LIVE = { live: ['device'] as const, everyMs: 15_000 }

/** One device: what it is, how it has been, what it runs, and what can be done with it. */
export function DevicePage({ params }: PageProps) {
  const { t } = useDeviceTexts()
  const api = useApi()
  const id = params.deviceId!
  const device = useLoad(`device ${id}`, (signal) => api.devices.one(id, { signal }), LIVE)
  const history = useLoad(`history of ${id}`, (signal) => api.devices.history(id, { signal }), LIVE)
  const shown = device.data
  return (
    <>
      <PageHead
        title={shown?.name ?? t('name')}
        trail={[{ to: '/console/devices', title: t('title') }]}
        beside={shown && <StateOfDevice device={shown} />}
        actions={shown && <DeviceActions device={shown} onDone={device.reload} />}
      />
      <Loaded load={device} lines={8}>
        {(data) => (
          <div className="stack-l">
            {data.lost && data.revokedAt && (
              <Note tone="warn">
                <p>
                  <strong>{t('state_lost')}</strong> <Revoked device={data} />
                </p>
                {data.lostNote && <p>{data.lostNote}</p>}
              </Note>
            )}
            <div className="panels">
              <About device={data} />
              <Panel title={t('history')}>
                <Loaded load={history} lines={3}>
                  {(spans) => <PresenceStrip {...spans} />}
                </Loaded>
              </Panel>
            </div>
            <Running device={data} />
            {data.commands.length > 0 && <CommandsOf device={data} />}
          </div>
        )}
      </Loaded>
    </>
  )
}

function Revoked({ device: { revokedAt, revokedBy } }: { device: DeviceDetails }) {
  const { t } = useDeviceTexts()
  const { dateTime } = useFormat()
  if (revokedAt === null) return null
  const time = dateTime(revokedAt)
  return <>{revokedBy === null ? time : t('by', { time, who: revokedBy })}</>
}

function About({ device }: { device: DeviceDetails }) {
  const { t } = useDeviceTexts()
  const { dateTime, relative } = useFormat()
  const { screenSize, clockSkewMs, camera } = device
  const ago = (at: string | null) => (at === null ? t('never') : relative(at))
  return (
    <Panel title={t('about')}>
      <Facts
        rows={[
          [t('kind'), t(`kind_${device.kind}`)],
          [
            t('shop'),
            <Link key="shop" to={`/console/shops/${device.shop.id}`}>
              {device.shop.name}
            </Link>,
          ],
          [t('lane'), device.lane?.name ?? t('no_lane')],
          [t('organisation'), device.organisation.name],
          [
            t('drives'),
            device.terminalId && (
              <Link key="terminal" to={`/console/devices/${device.terminalId}`}>
                {t('kind_terminal')}
              </Link>
            ),
          ],
          [t('last_seen'), ago(device.lastSeenAt)],
          [t('version'), device.appVersion],
          [t('camera'), camera && t(`camera_${camera}`)],
          [
            t('skew'),
            clockSkewMs === null ? null : (
              <span key="skew" title={t('clock_limit')}>
                <Skew ms={clockSkewMs} />
              </span>
            ),
          ],
          [
            t('screen'),
            `${screenSize ? `${screenSize.widthPx} × ${screenSize.heightPx}, ` : ''}${t(`screen_${device.screen}`)}`,
          ],
          [t('near_infrared'), t(device.nearInfrared ? 'yes' : 'no')],
          [t('last_hover'), ago(device.lastHoverAt)],
          [t('failure_rate'), <FailureRate key="rate" of={device.lastDay} />],
          [t('made'), dateTime(device.createdAt)],
          [t('paired'), device.pairedAt && dateTime(device.pairedAt)],
          [t('key_since'), device.keySince && dateTime(device.keySince)],
          [t('revoked_at'), device.revokedAt && <Revoked key="revoked" device={device} />],
          [t('identifier'), <CopyField key="id" value={device.id} label={t('identifier')} />],
        ]}
      />
    </Panel>
  )
}

function Running({ device }: { device: DeviceDetails }) {
  const { t } = useDeviceTexts()
  const words = useSettingWords()
  const tone = device.settingsCurrent === null ? 'plain' : device.settingsCurrent ? 'good' : 'warn'
  const line = device.settingsCurrent === null ? 'runs_unknown' : device.settingsCurrent ? 'runs_current' : 'runs_other'
  return (
    <Panel title={t('runs')} actions={<StatePill tone={tone}>{t(line)}</StatePill>}>
      <RowsTable
        label={t('runs')}
        rows={SETTING_NAMES}
        rowKey={(name) => name}
        columns={[
          { key: 'setting', title: t('setting'), cell: (name) => t(`set_${name}`) },
          { key: 'value', title: t('value'), cell: (name) => words(name, device.settings[name]) },
          {
            key: 'source',
            title: t('source'),
            cell: (name) => <SourceOfSetting source={device.settingSources[name] ?? { from: 'default' }} />,
          },
        ]}
      />
    </Panel>
  )
}

function CommandsOf({ device: { commands } }: { device: DeviceDetails }) {
  const { t } = useDeviceTexts()
  const { dateTime } = useFormat()
  const at = (moment: string | null) =>
    moment === null ? <span className="soft">{t('not_yet')}</span> : dateTime(moment)
  return (
    <Panel title={t('commands')}>
      <RowsTable
        label={t('commands')}
        rows={commands}
        rowKey={({ id }) => id}
        columns={[
          { key: 'kind', title: t('commands'), cell: () => t('command_restart') },
          { key: 'asked', title: t('asked'), cell: ({ askedAt }) => at(askedAt) },
          { key: 'fetched', title: t('fetched'), cell: ({ fetchedAt }) => at(fetchedAt) },
          { key: 'done', title: t('done'), cell: ({ doneAt }) => at(doneAt) },
        ]}
      />
    </Panel>
  )
}
