import type { TraceState } from '../../../src/contract/traces.ts'
import { Badge, type Tone } from '../../design/status.tsx'

const shown: Record<TraceState, readonly [Tone, string]> = {
  ok: ['ok', 'OK'],
  error: ['bad', 'error'],
  in_progress: ['live', 'going on'],
  unspecified: ['quiet', 'unknown'],
}

export function StateBadge({ state }: { state: TraceState }) {
  const [tone, text] = shown[state]
  return <Badge tone={tone}>{text}</Badge>
}
