/** Tells the person at the keyboard; what is printed for programs goes elsewhere. */
export type Say = (line: string) => void

/** Says how far something is, every tenth. */
export function stepwise(say: Say, what: string): (done: number) => void {
  let said = 0
  return (done) => {
    const tenths = Math.floor(done * 10 + 1e-9)
    if (tenths <= said) return
    said = tenths
    say(`${what} ${tenths * 10}%`)
  }
}
