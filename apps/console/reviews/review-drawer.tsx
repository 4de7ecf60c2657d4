import { type DuplicateReview, REVIEW_DECISIONS, type ReviewDecision } from '@paume/contract'
import { useState } from 'react'
import { useApi, useFormat, useLoad, useSelf } from '../frame/index.ts'
import {
  Button,
  ConfirmDialog,
  CopyField,
  Drawer,
  Facts,
  Failed,
  Loaded,
  Note,
  Panel,
  useSubmit,
  useToast,
} from '../parts/index.ts'
import { useReviewTexts } from './texts.ts'

interface ReviewDrawerProps {
  id: string
  onClose(): void
  onChanged(): void
}

/** What cannot be undone by registering again. */
const DANGEROUS: readonly ReviewDecision[] = ['same_person_newer', 'fraud']
const LINES = {
  same_person_earlier: 'same_person_earlier_line',
  same_person_newer: 'same_person_newer_line',
  twins: 'twins_line',
  fraud: 'fraud_line',
} as const

/** One palm: the facts on both sides, and what is decided. */
export function ReviewDrawer({ id, onClose, onChanged }: ReviewDrawerProps) {
  const { t } = useReviewTexts()
  const api = useApi()
  const review = useLoad(`review ${id}`, (signal) => api.reviews.one(id, { signal }), { live: ['review'] })
  const changed = () => {
    review.reload()
    onChanged()
  }
  return (
    <Drawer title={t('title')} onClose={onClose} wide>
      <Loaded load={review} lines={8}>
        {(one) => (
          <div className="stack">
            <Sides review={one} />
            <Decision review={one} onChanged={changed} />
          </div>
        )}
      </Loaded>
    </Drawer>
  )
}

function Sides({ review }: { review: DuplicateReview }) {
  const { t } = useReviewTexts()
  const { dateTime } = useFormat()
  const { earlier, newer } = review
  const isGone = earlier.registeredAt === null
  const pays = isGone ? 'pays_no' : earlier.frozen ? 'pays_frozen' : earlier.twin ? 'pays_twin' : 'pays_yes'
  return (
    <>
      <Panel title={t('newer')}>
        <Facts
          rows={[
            [t('newer_at'), dateTime(review.noticedAt)],
            [t('newer_where'), review.shop.name],
            [t('hand'), t(review.hand)],
            [t('newer_kept'), t(newer.reachable ? 'newer_nothing' : 'newer_gone')],
          ]}
        />
      </Panel>
      <Panel title={t('earlier')}>
        <Facts
          rows={[
            [t('registered'), earlier.registeredAt === null ? t('deleted') : dateTime(earlier.registeredAt)],
            [t('newer_where'), isGone ? null : (earlier.shop?.name ?? t('elsewhere'))],
            [t('hands'), isGone ? null : earlier.hands.map((hand) => t(hand)).join(', ')],
            [t('pays'), t(pays)],
            [t('pseudonym'), <CopyField key="pseudonym" value={earlier.pseudonym} label={t('pseudonym')} />],
          ]}
        />
      </Panel>
    </>
  )
}

function Decision({ review, onChanged }: { review: DuplicateReview; onChanged(): void }) {
  const { t } = useReviewTexts()
  const { dateTime } = useFormat()
  const api = useApi()
  const self = useSelf()
  const taking = useSubmit(async () => {
    await api.reviews.take(review.id).finally(onChanged)
  })
  if (review.state === 'decided') return <Decided review={review} onChanged={onChanged} />
  if (!self.may('reviews.decide')) return null
  if (review.takenBy?.you) return <Choices review={review} onChanged={onChanged} />
  return (
    <div className="stack">
      {review.takenBy !== null && review.takenAt !== null && (
        <Note tone="warn">
          <p>{t('taken_by_other', { name: review.takenBy.name, at: dateTime(review.takenAt) })}</p>
        </Note>
      )}
      <p className="soft">{t('take_line')}</p>
      {taking.error ? <Failed small error={taking.error} /> : null}
      <div className="row">
        <Button look="main" busy={taking.busy} onClick={() => void taking.submit()}>
          {t('take')}
        </Button>
      </div>
    </div>
  )
}

function Choices({ review, onChanged }: { review: DuplicateReview; onChanged(): void }) {
  const { t } = useReviewTexts()
  const api = useApi()
  const say = useToast()
  const [chosen, setChosen] = useState<ReviewDecision | null>(null)
  return (
    <Panel title={t('question')}>
      <ul className="review-choices">
        {REVIEW_DECISIONS.map((decision) => (
          <li key={decision}>
            <div>
              <p className="strong">{t(decision)}</p>
              <p className="soft">{t(LINES[decision])}</p>
            </div>
            <Button
              look={DANGEROUS.includes(decision) ? 'bad' : 'plain'}
              aria-label={`${t('decide')}: ${t(decision)}`}
              onClick={() => setChosen(decision)}
            >
              {t('decide')}
            </Button>
          </li>
        ))}
      </ul>
      {chosen !== null && (
        <ConfirmDialog
          title={t('sure')}
          action={t('decide')}
          danger={DANGEROUS.includes(chosen)}
          onClose={() => setChosen(null)}
          onConfirm={async () => {
            await api.reviews.decide(review.id, chosen).finally(onChanged)
            say(t('done'))
          }}
        >
          <p className="strong">{t(chosen)}</p>
          <p>{t(LINES[chosen])}</p>
          <p className="soft">{t('once')}</p>
        </ConfirmDialog>
      )}
    </Panel>
  )
}

function Decided({ review, onChanged }: { review: DuplicateReview; onChanged(): void }) {
  const { t } = useReviewTexts()
  const { dateTime } = useFormat()
  const api = useApi()
  const self = useSelf()
  const say = useToast()
  const [asks, setAsks] = useState(false)
  const { decision, decidedBy, decidedAt } = review
  return (
    <div className="stack">
      <Note tone={decision === 'fraud' ? 'bad' : 'good'}>
        {decision !== null && <p className="strong">{t(decision)}</p>}
        {decidedAt !== null && <p>{t('decided_by', { name: decidedBy ?? '–', at: dateTime(decidedAt) })}</p>}
      </Note>
      {decision === 'fraud' && review.earlier.frozen && self.may('reviews.decide') && (
        <div className="row">
          <Button onClick={() => setAsks(true)}>{t('lift')}</Button>
        </div>
      )}
      {asks && (
        <ConfirmDialog
          title={t('lift')}
          action={t('lift')}
          onClose={() => setAsks(false)}
          onConfirm={async () => {
            await api.reviews.lift(review.id).finally(onChanged)
            say(t('lifted'))
          }}
        >
          <p>{t('lift_line')}</p>
        </ConfirmDialog>
      )}
    </div>
  )
}
