import type { Tone } from './status.tsx'

/** How each state of each noun is judged. A state that is not here is shown without a colour. */
const tones: Record<string, Tone> = {
  healthy: 'ok',
  ok: 'ok',
  succeeded: 'ok',
  completed: 'ok',
  passed: 'ok',
  finished: 'ok',
  serving: 'ok',
  ready: 'ok',
  resolved: 'ok',
  cached: 'ok',
  degraded: 'warn',
  warning: 'warn',
  awaiting_approval: 'warn',
  paused: 'warn',
  waiting: 'warn',
  acknowledged: 'warn',
  rejected: 'warn',
  aborted: 'warn',
  empty: 'quiet',
  unseen: 'warn',
  failing: 'bad',
  failed: 'bad',
  down: 'bad',
  critical: 'bad',
  open: 'bad',
  error: 'bad',
  killed: 'bad',
  timeout: 'bad',
  out_of_memory: 'bad',
  lost: 'bad',
  starting: 'live',
  running: 'live',
  gating: 'live',
  rolling_out: 'live',
  applying: 'live',
  measuring: 'live',
  loading: 'live',
  active: 'live',
  scheduled: 'live',
}

export function toneOf(state: string): Tone {
  return tones[state] ?? 'quiet'
}

/** `macro_f1` → `Macro f1`. */
export function sentence(name: string): string {
  return capitalized(words(name))
}

export function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/** `rolling_out` → `rolling out`. */
export function words(state: string): string {
  return state.replaceAll('_', ' ')
}
