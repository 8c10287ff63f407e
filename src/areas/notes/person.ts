import { SlipwayError } from '../../base/error.ts'
import type { Principal } from '../../base/principal.ts'

/** What belongs to a person can't be a job's. */
export function personOf(principal: Principal): { id: string; name: string } {
  if (principal.kind === 'user') return { id: principal.id, name: principal.name }
  throw new SlipwayError('forbidden', 'Only people comment, keep views and have an inbox.')
}
