import { ID_PREFIXES } from '@paume/contract'
import { type KeyboardEvent, useId, useState } from 'react'
import { Icon } from '../../design/icons.tsx'
import { usePreference } from '../../design/preferences.ts'
import { useKeydown } from '../../design/use-keydown.ts'
import { Dialog } from '../parts/dialog.tsx'
import type { ConsolePage } from './console-page.ts'
import { consoleLanguage } from './language.ts'
import { go, matchPath } from './router.ts'
import { useFrameTexts } from './texts.ts'

type Found = { key: string; to: string; title: string; icon: ConsolePage['icon'] }

/** Where things with an identifier are shown. A page that is not there, or not the reader's, is not offered. */
const PLACES: Partial<Record<string, string>> = {
  [ID_PREFIXES.payment]: '/console/payments/',
  [ID_PREFIXES.shop]: '/console/shops/',
  [ID_PREFIXES.device]: '/console/devices/',
  [ID_PREFIXES.organisation]: '/console/organisations/',
  [ID_PREFIXES.staff]: '/console/people/',
  [ID_PREFIXES.approval]: '/console/approvals/',
  [ID_PREFIXES.dispute]: '/console/disputes/',
  [ID_PREFIXES.batch]: '/console/settlements/',
  [ID_PREFIXES.webhookEndpoint]: '/console/webhooks/',
  [ID_PREFIXES.rollout]: '/console/rollout/',
  [ID_PREFIXES.gateSession]: '/console/gates/',
  [ID_PREFIXES.review]: '/console/reviews/',
}
const MOST = 8
const plain = (text: string) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()

/** Pages whose name holds the words, and the place of an identifier. */
export function findPlaces(
  pages: readonly ConsolePage[],
  language: keyof ConsolePage['title'],
  words: string,
): Found[] {
  const asked = words.trim()
  const prefix = /^([a-z]{3,4})_[0-9A-HJKMNP-TV-Z]{26}$/.exec(asked)?.[1]
  if (prefix !== undefined) {
    const to = `${PLACES[prefix]}${asked}`
    const page = pages.find(({ path }) => matchPath(path, to) !== null)
    return page ? [{ key: asked, to, title: asked, icon: page.icon }] : []
  }
  return pages
    .filter(({ group, title }) => group && plain(title[language]).includes(plain(asked)))
    .slice(0, MOST)
    .map(({ path, title, icon }) => ({ key: path, to: path, title: title[language], icon }))
}

function PaletteDialog({ pages, onClose }: { pages: readonly ConsolePage[]; onClose: () => void }) {
  const { t } = useFrameTexts()
  const language = usePreference(consoleLanguage)
  const [words, setWords] = useState('')
  const [at, setAt] = useState(0)
  const id = useId()
  const found = findPlaces(pages, language, words)
  const chosen = found[Math.min(at, found.length - 1)]
  const open = (place: Found | undefined) => {
    if (!place) return
    onClose()
    go(place.to)
  }
  const press = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step !== undefined && found.length > 0) {
      event.preventDefault()
      setAt((before) => (Math.min(before, found.length - 1) + step + found.length) % found.length)
    }
    if (event.key === 'Enter') {
      event.preventDefault()
      open(chosen)
    }
  }
  return (
    <Dialog title={t('search')} onClose={onClose}>
      <div className="palette">
        <input
          className="input"
          role="combobox"
          aria-label={t('search_label')}
          aria-expanded={found.length > 0}
          aria-controls={`${id}-found`}
          aria-activedescendant={chosen && `${id}-${chosen.key}`}
          aria-autocomplete="list"
          placeholder={t('search_label')}
          value={words}
          onChange={(event) => {
            setWords(event.target.value)
            setAt(0)
          }}
          onKeyDown={press}
        />
        <div id={`${id}-found`} role="listbox" aria-label={t('search_label')} className="palette-found">
          {found.map((place) => (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the field listens to the keys
            <div
              key={place.key}
              id={`${id}-${place.key}`}
              role="option"
              tabIndex={-1}
              aria-selected={place === chosen}
              className="palette-place"
              onClick={() => open(place)}
            >
              <Icon name={place.icon} sizePx={20} />
              <span>{place.title}</span>
            </div>
          ))}
        </div>
        <p className="soft small" role="status">
          {found.length === 0 ? t('search_nothing') : t('search_hint')}
        </p>
      </div>
    </Dialog>
  )
}

/** Goes to a page by its name or to a thing by its identifier: Ctrl-K or ⌘-K anywhere. */
export function Palette({ pages }: { pages: readonly ConsolePage[] }) {
  const { t } = useFrameTexts()
  const [open, setOpen] = useState(false)
  useKeydown((event) => {
    if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return
    if (document.querySelector('dialog[open]') && !open) return
    event.preventDefault()
    setOpen(!open)
  })
  return (
    <>
      <button type="button" className="palette-button" aria-keyshortcuts="Control+K" onClick={() => setOpen(true)}>
        <Icon name="search" sizePx={18} />
        <span>{t('search')}</span>
        <kbd>Ctrl K</kbd>
      </button>
      {open && <PaletteDialog pages={pages} onClose={() => setOpen(false)} />}
    </>
  )
}
