import './reviews.css'
import { type DuplicateReview, REVIEW_SORTS, REVIEW_STATES, type ReviewQuery, type ReviewState } from '@paume/contract'
import { useMemo } from 'react'
import { oneOf, text, useApi, useFormat, useList, useSearch, withSearch } from '../frame/index.ts'
import { type Column, DataTable, EmptyState, FilterBar, PageHead, StatePill, type Tone } from '../parts/index.ts'
import { ReviewDrawer } from './review-drawer.tsx'
import { useReviewTexts } from './texts.ts'

const FILTERS = { state: oneOf(REVIEW_STATES), hand: oneOf(['L', 'R']) }
const OPEN = { open: text(40) }
const TONES: Record<ReviewState, Tone> = { open: 'warn', taken: 'accent', decided: 'plain' }

/** Palms that seemed to be registered already: what somebody decides of each. */
export function ReviewsPage() {
  const { t } = useReviewTexts()
  const { dateTime } = useFormat()
  const api = useApi()
  const [{ open }, setOpen] = useSearch(OPEN)
  const list = useList({
    name: 'reviews',
    filters: FILTERS,
    sorts: REVIEW_SORTS,
    first: '-noticedAt',
    live: ['review'],
    load: (query, signal) => api.reviews.list(query as ReviewQuery, { signal }),
  })
  const columns = useColumns()
  return (
    <>
      <PageHead title={t('title')} line={t('line')} />
      <FilterBar
        list={list}
        filters={[
          {
            kind: 'select',
            name: 'state',
            label: t('state'),
            options: REVIEW_STATES.map((value) => ({ value, label: t(value) })),
          },
          {
            kind: 'select',
            name: 'hand',
            label: t('hand'),
            options: (['L', 'R'] as const).map((value) => ({ value, label: t(value) })),
          },
        ]}
      />
      <DataTable
        label={t('title')}
        list={list}
        columns={columns}
        rowKey={(row) => row.id}
        rowName={(row) => t('row', { shop: row.shop.name, at: dateTime(row.noticedAt) })}
        rowHref={(row) => withSearch({ open: row.id })}
        empty={<EmptyState title={t('empty')} line={t('empty_line')} icon="hand" />}
      />
      {open !== undefined && (
        <ReviewDrawer id={open} onClose={() => setOpen({ open: undefined })} onChanged={() => list.page.reload()} />
      )}
    </>
  )
}

function useColumns(): Column<DuplicateReview>[] {
  const { t } = useReviewTexts()
  const { dateTime } = useFormat()
  return useMemo(
    () => [
      {
        key: 'noticedAt',
        title: t('noticed'),
        sort: 'noticedAt',
        card: 'title',
        cell: (row) => <time dateTime={row.noticedAt}>{dateTime(row.noticedAt)}</time>,
      },
      {
        key: 'state',
        title: t('state'),
        sort: 'state',
        cell: (row) => <StatePill tone={TONES[row.state]}>{t(row.state)}</StatePill>,
      },
      { key: 'shop', title: t('shop'), cell: (row) => row.shop.name },
      { key: 'hand', title: t('hand'), cell: (row) => t(row.hand) },
      {
        key: 'who',
        title: t('who'),
        cell: (row) =>
          row.takenBy === null ? (
            <span className="soft">{t('nobody')}</span>
          ) : row.takenBy.you ? (
            t('you')
          ) : (
            row.takenBy.name
          ),
      },
      {
        key: 'decision',
        title: t('decision'),
        cell: (row) => (row.decision === null ? <span className="soft">{t('undecided')}</span> : t(row.decision)),
      },
    ],
    [t, dateTime],
  )
}
