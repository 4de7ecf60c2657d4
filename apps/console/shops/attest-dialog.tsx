import type { ShopDetails } from '@paume/contract'
import { useId, useState } from 'react'
import { useApi } from '../frame/index.ts'
import { Button, Dialog, Failed, TextField, useSubmit } from '../parts/index.ts'
import { useShopTexts } from './texts.ts'

const today = () => new Date(Date.now() - new Date().getTimezoneOffset() * 60_000).toISOString().slice(0, 10)

/** Somebody says that the sign hangs, since when, and shows it. */
export function AttestDialog({ shop, onClose, onDone }: { shop: ShopDetails; onClose(): void; onDone(): void }) {
  const { t } = useShopTexts()
  const api = useApi()
  const photoId = useId()
  const [postedOn, setPostedOn] = useState(today)
  const [entrances, setEntrances] = useState('1')
  const [note, setNote] = useState('')
  const [photo, setPhoto] = useState<File | null>(null)
  const atEntrances = shop.jurisdiction === 'us_ny_nyc'
  const { submit, busy, error, errors } = useSubmit(async () => {
    if (photo === null) return
    const body = new Uint8Array(await photo.arrayBuffer())
    const ask = {
      postedOn,
      ...(atEntrances ? { entrances: Number(entrances) } : {}),
      ...(note.trim() === '' ? {} : { note: note.trim() }),
    }
    await api.notices.attest(shop.id, ask, { type: photo.type || 'image/jpeg', body })
    onDone()
  })
  return (
    <Dialog title={t('attest')} onClose={onClose}>
      <form className="stack" onSubmit={submit}>
        <TextField
          label={t('posted_on')}
          type="date"
          value={postedOn}
          onChange={setPostedOn}
          error={errors.postedOn}
          required
        />
        {atEntrances && (
          <TextField
            label={t('entrances')}
            type="number"
            min={1}
            max={99}
            value={entrances}
            onChange={setEntrances}
            required
          />
        )}
        <div className="field">
          <label htmlFor={photoId}>{t('photo')}</label>
          <input
            id={photoId}
            className="input"
            type="file"
            accept="image/jpeg,image/png,image/webp"
            required
            aria-describedby={`${photoId}-line`}
            onChange={(event) => setPhoto(event.target.files?.[0] ?? null)}
          />
          <p id={`${photoId}-line`} className="soft">
            {t('photo_line')}
          </p>
        </div>
        <TextField label={t('note')} value={note} onChange={setNote} maxLength={200} optional />
        {error !== null && <Failed error={error} small />}
        <div className="row">
          <Button look="main" type="submit" busy={busy}>
            {t('attest')}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
