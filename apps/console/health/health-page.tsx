import type { ConsoleHealth } from '@paume/contract'
import { useApi, useFormat, useLoad } from '../frame/index.ts'
import { Facts, Loaded, PageHead, Panel, RowsTable, StatePill, type Tone } from '../parts/index.ts'
import { useHealthTexts } from './texts.ts'

const EVERY_MS = 10_000

type State = 'up' | 'slow' | 'gone' | 'ok' | 'behind' | 'idle'
const TONES: Record<State, Tone> = { up: 'good', ok: 'good', idle: 'plain', slow: 'warn', behind: 'warn', gone: 'bad' }

function StateOf({ state }: { state: State }) {
  const { t } = useHealthTexts()
  return <StatePill tone={TONES[state]}>{t(`state_${state}`)}</StatePill>
}

/** Everything that is not as it should be. */
const troubles = ({ database, nodes, queues, processors }: ConsoleHealth): number =>
  [database, ...nodes, ...queues, ...processors].filter(
    ({ state }) => TONES[state] === 'warn' || TONES[state] === 'bad',
  ).length + nodes.filter((node) => node.state === 'up' && !node.networksReady).length

/** How the installation is. */
export function HealthPage() {
  const { t } = useHealthTexts()
  const api = useApi()
  const health = useLoad('health', (signal) => api.reports.health({ signal }), { everyMs: EVERY_MS })
  const count = health.data ? troubles(health.data) : null
  return (
    <>
      <PageHead
        title={t('title')}
        line={t('line')}
        beside={
          count !== null && (
            <StatePill tone={count === 0 ? 'good' : 'warn'}>
              {count === 0 ? t('all_well') : t('trouble', { count })}
            </StatePill>
          )
        }
      />
      <Loaded load={health} lines={8}>
        {(state) => (
          <div className="stack-l">
            <Nodes nodes={state.nodes} />
            <Queues queues={state.queues} />
            <div className="panels">
              <Processors processors={state.processors} />
              <DatabasePanel state={state} />
            </div>
          </div>
        )}
      </Loaded>
    </>
  )
}

/** Bytes as people write them; megabytes of a thousand. */
function useBytes() {
  const { number } = useFormat()
  return (bytes: number) =>
    bytes >= 1e9
      ? `${number(bytes / 1e9, 1)} GB`
      : bytes >= 1e6
        ? `${number(bytes / 1e6)} MB`
        : `${number(bytes / 1e3)} kB`
}

function DatabasePanel({ state: { database, version } }: { state: ConsoleHealth }) {
  const { t } = useHealthTexts()
  const { duration } = useFormat()
  const bytes = useBytes()
  return (
    <Panel title={t('database')} actions={<StateOf state={database.state} />}>
      <Facts
        rows={[
          [t('answers_in'), duration(database.answersInMs)],
          [t('size'), bytes(database.sizeBytes)],
          [t('tenants'), t(database.tenantsEnforced ? 'yes' : 'no_tenants')],
          ['Paume', t('version', { version })],
        ]}
      />
    </Panel>
  )
}

type Node = ConsoleHealth['nodes'][number]

function Nodes({ nodes }: { nodes: readonly Node[] }) {
  const { t } = useHealthTexts()
  const { dateTime, relative, number } = useFormat()
  const bytes = useBytes()
  return (
    <Panel title={t('nodes')}>
      <RowsTable
        label={t('nodes')}
        rows={nodes}
        rowKey={({ id }) => id}
        columns={[
          {
            key: 'node',
            title: t('node'),
            cell: (node: Node) => (
              <>
                <code>{node.id}</code> {node.self && <span className="soft small">({t('self')})</span>}
              </>
            ),
          },
          { key: 'state', title: t('state'), cell: (node: Node) => <StateOf state={node.state} /> },
          { key: 'version', title: t('version', { version: '' }).trim(), cell: (node: Node) => node.version },
          { key: 'since', title: t('since'), cell: (node: Node) => dateTime(node.startedAt) },
          { key: 'seen', title: t('seen'), cell: (node: Node) => relative(node.seenAt) },
          {
            key: 'networks',
            title: t('networks'),
            cell: (node: Node) => t(node.networksReady ? 'ready' : 'not_ready'),
          },
          {
            key: 'gallery',
            title: t('gallery'),
            align: 'end' as const,
            cell: (node: Node) => (node.galleryLoaded ? number(node.palms) : t('not_loaded')),
          },
          { key: 'memory', title: t('memory'), align: 'end' as const, cell: (node: Node) => bytes(node.memoryBytes) },
        ]}
      />
    </Panel>
  )
}

type Queue = ConsoleHealth['queues'][number]

function Queues({ queues }: { queues: readonly Queue[] }) {
  const { t } = useHealthTexts()
  const { number, relative } = useFormat()
  return (
    <Panel title={t('queues')}>
      <RowsTable
        label={t('queues')}
        rows={queues}
        rowKey={({ name }) => name}
        columns={[
          { key: 'queue', title: t('queue'), cell: (queue: Queue) => <code>{queue.name}</code> },
          { key: 'state', title: t('state'), cell: (queue: Queue) => <StateOf state={queue.state} /> },
          {
            key: 'waiting',
            title: t('waiting'),
            align: 'end' as const,
            value: (queue: Queue) => queue.waiting,
            cell: (queue: Queue) => number(queue.waiting),
          },
          {
            key: 'failing',
            title: t('failing'),
            align: 'end' as const,
            value: (queue: Queue) => queue.failing,
            cell: (queue: Queue) => number(queue.failing),
          },
          {
            key: 'oldest',
            title: t('oldest'),
            align: 'end' as const,
            cell: (queue: Queue) => (queue.oldestAt ? relative(queue.oldestAt) : '–'),
          },
        ]}
      />
    </Panel>
  )
}

type Processor = ConsoleHealth['processors'][number]

function Processors({ processors }: { processors: readonly Processor[] }) {
  const { t } = useHealthTexts()
  const { number, relative } = useFormat()
  if (processors.length === 0)
    return (
      <Panel title={t('processors')}>
        <p className="soft">{t('none')}</p>
      </Panel>
    )
  return (
    <Panel title={t('processors')}>
      <RowsTable
        label={t('processors')}
        rows={processors}
        rowKey={({ name }) => name}
        columns={[
          { key: 'processor', title: t('processor'), cell: (each: Processor) => each.name },
          { key: 'state', title: t('state'), cell: (each: Processor) => <StateOf state={each.state} /> },
          {
            key: 'unanswered',
            title: t('unanswered'),
            align: 'end' as const,
            cell: (each: Processor) => number(each.unanswered),
          },
          {
            key: 'last',
            title: t('last_answer'),
            align: 'end' as const,
            cell: (each: Processor) => (each.lastAnsweredAt ? relative(each.lastAnsweredAt) : t('never')),
          },
        ]}
      />
    </Panel>
  )
}
