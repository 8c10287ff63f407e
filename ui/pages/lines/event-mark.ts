import type { IconName } from '../../design/icons.tsx'
import type { Tone } from '../../design/status.tsx'

interface Mark {
  icon: IconName
  tone: Tone
}

/** The first that the kind of a decision contains decides its mark. */
const marks: readonly (readonly [RegExp, Mark])[] = [
  [/fail|refus|reject|abort|lost|invalid/, { icon: 'cross', tone: 'bad' }],
  [/alert.*(resolv|close)|recover/, { icon: 'check', tone: 'ok' }],
  [/alert|degrad/, { icon: 'alerts', tone: 'bad' }],
  [/drift/, { icon: 'drift', tone: 'warn' }],
  [/gate|approv/, { icon: 'gates', tone: 'ok' }],
  [/rollout_(completed|finished)|serving|promot/, { icon: 'check', tone: 'ok' }],
  [/rollout|revision|traffic/, { icon: 'traffic', tone: 'live' }],
  [/rollback/, { icon: 'back', tone: 'warn' }],
  [/train|pipeline/, { icon: 'training', tone: 'live' }],
  [/cycle|retrain/, { icon: 'retraining', tone: 'live' }],
  [/data|label/, { icon: 'data', tone: 'quiet' }],
  [/pause/, { icon: 'pause', tone: 'warn' }],
  [/resume/, { icon: 'play', tone: 'quiet' }],
]

export function markOf(kind: string): Mark {
  return marks.find(([pattern]) => pattern.test(kind))?.[1] ?? { icon: 'lines', tone: 'quiet' }
}
