import type { GateSession } from '@paume/contract'
import { useState } from 'react'
import { useApi, useFormat, useLoad, useReasonTexts, useSelf } from '../frame/index.ts'
import {
  Button,
  ConfirmDialog,
  CopyField,
  Drawer,
  Facts,
  Loaded,
  Note,
  Panel,
  StatePill,
  TextField,
  useToast,
} from '../parts/index.ts'
import { stateKey, TONES } from './state-words.ts'
import { useGateTexts } from './texts.ts'

interface VisitDrawerProps {
  id: string
  onClose(): void
  onChanged(): void
}

/** One visit: when, who by pseudonym, the basket, and every amount that was asked of a card. */
export function VisitDrawer({ id, onClose, onChanged }: VisitDrawerProps) {
  const { t } = useGateTexts()
  const api = useApi()
  const visit = useLoad(`visit ${id}`, (signal) => api.gates.session(id, { signal }), { live: ['gate'] })
  return (
    <Drawer title={t('visit')} onClose={onClose} wide>
      <Loaded load={visit} lines={8}>
        {(session) => (
          <div className="stack">
            <About session={session} />
            <Basket session={session} />
            <Takings session={session} />
            <Owed
              session={session}
              onChanged={() => {
                visit.reload()
                onChanged()
              }}
            />
          </div>
        )}
      </Loaded>
    </Drawer>
  )
}

function About({ session }: { session: GateSession }) {
  const { t } = useGateTexts()
  const reasons = useReasonTexts()
  const { dateTime, money, number } = useFormat()
  const when = (at: string | null) => (at === null ? null : dateTime(at))
  const { reason } = session
  const why =
    reason === undefined
      ? null
      : reason === 'balance_due' || reason === 'group_too_large'
        ? t(reason)
        : reasons.t(reason)
  return (
    <Panel>
      <Facts
        rows={[
          [
            t('state'),
            <StatePill key="state" tone={TONES[session.state]}>
              {t(stateKey(session.state))}
            </StatePill>,
          ],
          [t('reason'), why],
          [
            t('who'),
            session.shopperRef === undefined ? (
              t('guest')
            ) : (
              <CopyField key="who" value={session.shopperRef} label={t('who')} />
            ),
          ],
          [t('group'), number(session.groupSize)],
          [t('entered'), when(session.enteredAt)],
          [t('went'), when(session.leftAt)],
          [
            t('until'),
            session.finalisedAt === null && session.state !== 'refused' ? dateTime(session.expiresAt) : null,
          ],
          [t('held'), money(session.authAmountMinor, session.currency)],
          [t('total'), session.totalMinor === null ? null : money(session.totalMinor, session.currency)],
          [t('paid'), money(session.paidMinor, session.currency)],
          [t('waived'), session.waivedMinor === 0 ? null : money(session.waivedMinor, session.currency)],
        ]}
      />
    </Panel>
  )
}

function Basket({ session }: { session: GateSession }) {
  const { t } = useGateTexts()
  const { money } = useFormat()
  const { lines, currency, gaps } = session.cart
  if (lines.length === 0 && gaps.length === 0) return null
  return (
    <Panel title={t('basket')}>
      <Facts
        rows={lines.map(({ name, quantity, unitMinor }) => [
          `${quantity} × ${name}`,
          money(quantity * unitMinor, currency),
        ])}
      />
      {gaps.length > 0 && (
        <Note tone="warn">
          <p>
            {t('gap')}: {gaps.map(({ from, to }) => (from === to ? from : `${from}–${to}`)).join(', ')}
          </p>
        </Note>
      )}
    </Panel>
  )
}

function Takings({ session }: { session: GateSession }) {
  const { t } = useGateTexts()
  const reasons = useReasonTexts()
  const { money } = useFormat()
  const { currency } = session
  return (
    <Panel title={t('takings')}>
      <Facts
        rows={session.takings.map(({ purpose, authorisedMinor, capturedMinor, refundedMinor, card, reason }) => [
          t(purpose),
          <span key={purpose}>
            {money(capturedMinor - refundedMinor, currency)} / {money(authorisedMinor, currency)}
            {card && ` · ${card.brand} ${card.last4}`}
            {reason && ` · ${reasons.t(reason as 'card_declined')}`}
          </span>,
        ])}
      />
    </Panel>
  )
}

function Owed({ session, onChanged }: { session: GateSession; onChanged(): void }) {
  const { t } = useGateTexts()
  const { money } = useFormat()
  const api = useApi()
  const self = useSelf()
  const say = useToast()
  const [asking, setAsking] = useState(false)
  const [reason, setReason] = useState('')
  if (session.state !== 'owing') return null
  const amount = money(session.owedMinor, session.currency)
  return (
    <Panel title={t('owed')}>
      <p className="strong">{amount}</p>
      {self.may('gates.write') && (
        <div className="row">
          <Button onClick={() => setAsking(true)}>{t('waive')}</Button>
        </div>
      )}
      {asking && (
        <ConfirmDialog
          title={t('waive')}
          action={t('waive')}
          danger
          onClose={() => setAsking(false)}
          onConfirm={async () => {
            await api.gates.waive(session.id, reason.trim() || '-')
            say(t('waive_done'))
            onChanged()
          }}
        >
          <p>{t('waive_line', { amount })}</p>
          <TextField label={t('reason')} value={reason} onChange={setReason} maxLength={120} />
        </ConfirmDialog>
      )}
    </Panel>
  )
}
