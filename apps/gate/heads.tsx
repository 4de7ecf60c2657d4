import { MOST_IN_A_GROUP } from '@paume/contract'
import { Button } from '../design/controls.tsx'
import { useText } from '../language/text.ts'

/** How many people, by touch: minus, the number, plus. */
export function Heads({
  people,
  onPeople,
  label,
}: {
  people: number
  onPeople: (people: number) => void
  label: string
}) {
  const { t, plural } = useText()
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would draw a frame around three controls of one line
    <div className="heads" role="group" aria-label={label}>
      <Button
        look="plain"
        large
        aria-label={t('gate.fewer')}
        disabled={people <= 1}
        onClick={() => onPeople(people - 1)}
      >
        −
      </Button>
      <output className="heads-count">{plural('gate.people', people)}</output>
      <Button
        look="plain"
        large
        aria-label={t('gate.more')}
        disabled={people >= MOST_IN_A_GROUP}
        onClick={() => onPeople(people + 1)}
      >
        +
      </Button>
    </div>
  )
}
