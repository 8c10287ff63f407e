import { Button, Group, Textarea } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { LineDetail } from '../../../src/contract/lines.ts'
import { client } from '../../api/client.ts'
import { lineQuery } from '../../api/queries.ts'
import { useMay } from '../../api/use-may.ts'
import { Failure } from '../../design/failure.tsx'
import { Notice } from '../../design/notice.tsx'

/** Asks a reviewer to decide, while a version waits for it. */
export function Approval({ project, line }: { project: string; line: LineDetail }) {
  const may = useMay(project, 'approvals:decide')
  const queries = useQueryClient()
  const [comment, setComment] = useState('')
  const cycle = line.cycle
  const decide = useMutation({
    mutationFn: (decision: 'approve' | 'refuse') =>
      client.lines.approve({
        params: { project, line: line.name, cycle: String(cycle?.number ?? 0) },
        body: comment.trim() === '' ? { decision } : { decision, comment: comment.trim() },
      }),
    onSuccess: (detail) => queries.setQueryData(lineQuery(project, line.name).queryKey, detail),
  })
  if (cycle?.state !== 'awaiting_approval') return null
  const version = cycle.model_version === null ? 'A new version' : `Version ${cycle.model_version}`
  return (
    <Notice tone="warn" icon="gates">
      <strong>{version} awaits approval.</strong>{' '}
      {may ? 'Look at its gates below, then decide.' : 'A reviewer of the project has to decide.'}
      {may ? (
        <>
          <Textarea
            mt={8}
            aria-label="Comment"
            placeholder="Comment (optional, kept with the decision)"
            autosize
            value={comment}
            onChange={(event) => setComment(event.currentTarget.value)}
          />
          {decide.error ? <Failure error={decide.error} /> : null}
          <Group gap={8} mt={8}>
            <Button onClick={() => decide.mutate('approve')} loading={decide.isPending}>
              Approve
            </Button>
            <Button variant="default" onClick={() => decide.mutate('refuse')} disabled={decide.isPending}>
              Refuse
            </Button>
          </Group>
        </>
      ) : null}
    </Notice>
  )
}
