/** A fact of an entry, as it was written: names of the log are not translated. */
export function Fact({ value }: { value: string | number | boolean | null }) {
  return value === null ? <span className="soft">–</span> : <code>{String(value)}</code>
}
