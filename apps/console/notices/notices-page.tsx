import { ATTESTATION_COLUMNS, type Attestation, type NoticePack, type SignText } from '@paume/contract'
import { useMemo, useState } from 'react'
import { text, useApi, useFormat, useList, useLoad, useSelf } from '../frame/index.ts'
import {
  Button,
  type Column,
  ConfirmDialog,
  DataTable,
  Dialog,
  EmptyState,
  Facts,
  FilterBar,
  Loaded,
  PageHead,
  Panel,
  StatePill,
} from '../parts/index.ts'
import './notices.css'
import { useNoticeTexts } from './texts.ts'

const FILTERS = { shopId: text(40) }
const LIVE = ['shop', 'notice'] as const

/** What each jurisdiction asks for, and the signs that hang. */
export function NoticesPage() {
  const { t } = useNoticeTexts()
  const api = useApi()
  const [shown, setShown] = useState<Attestation | null>(null)
  const [withdrawing, setWithdrawing] = useState<Attestation | null>(null)
  const list = useList({
    name: 'attestations',
    filters: FILTERS,
    sorts: ATTESTATION_COLUMNS,
    first: '-at',
    live: LIVE,
    load: (query, signal) => api.notices.attestations(query, { signal }),
  })
  const columns = useColumns(setShown, setWithdrawing)
  const packs = useLoad('jurisdictions', (signal) => api.notices.packs({ signal }))
  return (
    <>
      <PageHead title={t('title')} line={t('line')} />
      <FilterBar list={list} search={t('search')} filters={[]} />
      <DataTable
        label={t('attested')}
        list={list}
        columns={columns}
        rowKey={(row) => row.id}
        rowName={(row) => row.shop.name}
        rowHref={(row) => `/console/shops/${row.shop.id}`}
        empty={<EmptyState title={t('empty')} icon="paper" />}
      />
      <Panel title={t('packs')}>
        <Loaded load={packs}>
          {(found) => (
            <div className="packs">
              {found.packs.map((pack) => (
                <Pack key={pack.jurisdiction} pack={pack} />
              ))}
            </div>
          )}
        </Loaded>
      </Panel>
      {shown !== null && (
        <Dialog title={t('photo_of', { shop: shown.shop.name })} onClose={() => setShown(null)} wide>
          <img
            className="sign-photo"
            src={`/v1/attestations/${shown.id}/photo`}
            alt={t('photo_of', { shop: shown.shop.name })}
          />
        </Dialog>
      )}
      {withdrawing !== null && (
        <ConfirmDialog
          title={t('withdraw')}
          action={t('withdraw')}
          danger
          onClose={() => setWithdrawing(null)}
          onConfirm={async () => {
            await api.notices.withdraw(withdrawing.id)
            setWithdrawing(null)
            list.page.reload()
          }}
        >
          {t('withdraw_line')}
        </ConfirmDialog>
      )}
    </>
  )
}

function Pack({ pack }: { pack: NoticePack }) {
  const { t, language } = useNoticeTexts()
  const sign = pack.sign.texts[language] as SignText
  return (
    <details className="pack">
      <summary>{pack.name[language]}</summary>
      <Facts
        rows={[
          [t('basis'), pack.basis.join('; ')],
          [t('where'), pack.sign.places.map((place) => t(`place_${place}`)).join(', ')],
          [t('who'), pack.sign.attestedBy.join(', ')],
          [t('version'), `${pack.version} (${pack.sign.sha256.slice(0, 12)})`],
        ]}
      />
      <p className="soft">{t('unused', { months: pack.retention.unusedMonths })}</p>
      <p className="strong">{sign.title}</p>
      <ul>
        {sign.lines.map((line) => (
          <li key={line}>{line.replace('{merchant}', '…')}</li>
        ))}
      </ul>
    </details>
  )
}

function useColumns(
  show: (row: Attestation) => void,
  withdraw: (row: Attestation) => void,
): readonly Column<Attestation>[] {
  const { t } = useNoticeTexts()
  const { dateTime, day } = useFormat()
  const { may } = useSelf()
  const mayWithdraw = may('rollout.write')
  return useMemo(
    () => [
      { key: 'shop', title: t('shop'), sort: 'shop', card: 'title', cell: (row) => row.shop.name },
      {
        key: 'state',
        title: t('state'),
        cell: (row) => (
          <StatePill tone={row.holds ? 'good' : 'plain'}>{row.holds ? t('holds') : t('holds_not')}</StatePill>
        ),
      },
      { key: 'postedOn', title: t('posted'), sort: 'postedOn', cell: (row) => day(row.postedOn) },
      { key: 'by', title: t('by'), cell: (row) => row.by },
      { key: 'at', title: t('when'), sort: 'at', cell: (row) => dateTime(row.at) },
      {
        key: 'photo',
        title: t('photo'),
        cell: (row) =>
          row.photo === null ? (
            t('no_photo')
          ) : (
            <Button look="quiet" onClick={() => show(row)}>
              {t('see_photo')}
            </Button>
          ),
      },
      ...(mayWithdraw
        ? [
            {
              key: 'withdraw',
              title: t('withdraw'),
              optional: true as const,
              cell: (row: Attestation) =>
                row.holds && (
                  <Button look="quiet" onClick={() => withdraw(row)}>
                    {t('withdraw')}
                  </Button>
                ),
            },
          ]
        : []),
    ],
    [t, dateTime, day, mayWithdraw, show, withdraw],
  )
}
