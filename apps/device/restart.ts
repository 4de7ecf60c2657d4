/** Commands that were done by loading the page anew, to be told with the next heartbeat: they must outlive the page, not the window. */
const KEY = 'paume-commands-done'

export function doneCommands(): string[] {
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem(KEY) ?? '[]')
    return Array.isArray(kept) ? kept.filter((id) => typeof id === 'string').slice(-20) : []
  } catch {
    return []
  }
}

export function forgetDone(told: readonly string[]): void {
  keep(doneCommands().filter((id) => !told.includes(id)))
}

/** Loads the page anew because of a command, once: without a place to remember that, never. */
export function restartFor(commandId: string): void {
  if (commandId.startsWith('cmd_') && !keep([...doneCommands(), commandId])) return
  location.reload()
}

function keep(ids: readonly string[]): boolean {
  try {
    sessionStorage.setItem(KEY, JSON.stringify(ids))
    return true
  } catch {
    return false
  }
}
