import { bytes } from '../format.ts'
import type { Terminal } from '../terminal.ts'

export interface Moved {
  readonly kind: string
  readonly name: string
  readonly from: string
  readonly to: string
}

/** How often a person who does not see a terminal is told, in milliseconds. */
const period = 10_000

/** Counts what was done and tells it while it goes on. */
export function createTally(terminal: Pick<Terminal, 'warn' | 'interactive'>) {
  const counts = new Map<string, number>()
  const failures: string[] = []
  const moves: Moved[] = []
  let told = Date.now()

  function sentence(): string {
    const texts = [...counts].map(([what, count]) =>
      what === 'bytes' ? bytes(count) : `${count.toLocaleString('en-US')} ${what}`,
    )
    return texts.join(', ') || 'nothing yet'
  }

  function tell(force = false): void {
    const wait = terminal.interactive ? 200 : period
    if (!force && Date.now() - told < wait) return
    told = Date.now()
    terminal.warn(terminal.interactive ? `\r\u001b[K${sentence()}` : `${sentence()}\n`)
  }

  return {
    add(what: string, count = 1): void {
      counts.set(what, (counts.get(what) ?? 0) + count)
      tell()
    },
    say(_what: string): void {
      tell()
    },
    moved(move: Moved): void {
      moves.push(move)
    },
    failed(text: string): void {
      failures.push(text)
    },
    warn(text: string): void {
      terminal.warn(`${terminal.interactive ? '\r\u001b[K' : ''}${text}\n`)
    },
    end(): void {
      if (terminal.interactive) terminal.warn('\r\u001b[K')
    },
    sentence,
    report: () => ({ counts: Object.fromEntries(counts), moved: moves, failures }),
  }
}

export type Tally = ReturnType<typeof createTally>
