import { LANE_KINDS, type LaneKind, type ShopDetails } from '@paume/contract'
import { useState } from 'react'
import { useApi, useSaid, useSelf } from '../frame/index.ts'
import {
  Button,
  CheckField,
  Dialog,
  Failed,
  IconButton,
  Panel,
  SelectField,
  TextField,
  useSubmit,
  useToast,
} from '../parts/index.ts'
import { useShopTexts } from './texts.ts'

/** Where devices stand in a shop. */
export function LanesPanel({ shop, reload }: { shop: ShopDetails; reload(): void }) {
  const { t } = useShopTexts()
  const api = useApi()
  const { may } = useSelf()
  const say = useToast()
  const said = useSaid()
  const [adding, setAdding] = useState(false)
  const remove = (laneId: string) =>
    api.shops.removeLane(shop.id, laneId).then(reload, (error: unknown) => say(said(error).sentence, 'bad'))
  const add = may('rollout.write') && (
    <Button icon="plus" onClick={() => setAdding(true)}>
      {t('add_lane')}
    </Button>
  )
  return (
    <Panel title={t('lanes')} actions={add}>
      <ul className="lanes">
        {shop.lanes.map((lane) => (
          <li key={lane.id}>
            <span className="strong">{lane.name}</span>
            <span className="soft">
              {t(`lane_${lane.kind}`)} · {t('devices')}: {lane.devices}
            </span>
            {may('rollout.write') && lane.devices === 0 && (
              <IconButton icon="cross" label={`${t('remove')}: ${lane.name}`} onClick={() => void remove(lane.id)} />
            )}
          </li>
        ))}
      </ul>
      {adding && (
        <LaneDialog
          shopId={shop.id}
          onClose={() => setAdding(false)}
          onDone={() => {
            setAdding(false)
            reload()
          }}
        />
      )}
    </Panel>
  )
}

function LaneDialog({ shopId, onClose, onDone }: { shopId: string; onClose(): void; onDone(): void }) {
  const { t } = useShopTexts()
  const api = useApi()
  const [name, setName] = useState('')
  const [kind, setKind] = useState<LaneKind>('till')
  const [register, setRegister] = useState(false)
  const { submit, busy, error, errors } = useSubmit(async () => {
    await api.shops.addLane(shopId, { name: name.trim(), kind, register: kind === 'till' && register })
    onDone()
  })
  return (
    <Dialog title={t('add_lane')} onClose={onClose}>
      <form className="stack" onSubmit={submit}>
        <TextField label={t('name')} value={name} onChange={setName} error={errors.name} maxLength={40} required />
        <SelectField
          label={t('kind')}
          value={kind}
          options={LANE_KINDS.map((value) => ({ value, label: t(`lane_${value}`) }))}
          onChange={setKind}
        />
        {kind === 'till' && <CheckField label={t('with_register')} checked={register} onChange={setRegister} />}
        {error !== null && <Failed error={error} small />}
        <div className="row">
          <Button look="main" type="submit" busy={busy}>
            {t('save')}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
