import { useQuery } from '@tanstack/react-query'
import { holdsQuery } from '../../api/keeping-queries.ts'
import { Badge } from '../../design/status.tsx'

/** Says of a thing that it is held, and why. */
export function HeldBadge({ project, of }: { project: string; of: string }) {
  const { data } = useQuery(holdsQuery(project))
  const hold = data?.holds.find((each) => each.of === of)
  return hold === undefined ? null : (
    <Badge tone="warn" why={`Held by ${hold.placed_by}: ${hold.reason}`}>
      held
    </Badge>
  )
}
