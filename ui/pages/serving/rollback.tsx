import { Select, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { Deployment } from '../../../src/contract/deployments.ts'
import { client } from '../../api/client.ts'
import { deploymentQuery } from '../../api/queries.ts'
import { Confirm } from '../../design/confirm.tsx'

/** Gives all traffic back to an earlier revision, at once. */
export function Rollback(props: {
  project: string
  deployment: Deployment
  opened: boolean
  close: () => void
}) {
  const { project, deployment } = props
  const queries = useQueryClient()
  const others = deployment.revisions.filter((revision) => revision.weight < 100)
  const [chosen, choose] = useState<string | null>(null)
  const [reason, setReason] = useState('')
  const revision = chosen ?? (others[0] ? String(others[0].number) : null)
  const rollback = useMutation({
    mutationFn: () =>
      client.deployments.rollback({
        params: { project, deployment: deployment.name },
        body: {
          ...(revision === null ? {} : { revision: Number(revision) }),
          ...(reason.trim() === '' ? {} : { reason: reason.trim() }),
        },
      }),
    onSuccess: async (changed) => {
      queries.setQueryData(deploymentQuery(project, deployment.name).queryKey, changed)
      props.close()
      await queries.invalidateQueries({ queryKey: ['deployments', project, deployment.name] })
    },
  })
  return (
    <Confirm
      opened={props.opened}
      close={props.close}
      title={`Roll ${deployment.name} back`}
      action="Roll back"
      danger
      busy={rollback.isPending}
      error={rollback.error}
      onConfirm={() => rollback.mutate()}
    >
      <div style={{ display: 'grid', gap: 12 }}>
        <p>
          All traffic goes to the revision chosen, without a failed request. A rollout under way is aborted.
        </p>
        <Select
          label="Revision"
          allowDeselect={false}
          data={others.map((each) => ({
            value: String(each.number),
            label: `${each.number}${each.model ? ` · ${each.model.name} v${each.model.version}` : ''}`,
          }))}
          value={revision}
          onChange={choose}
        />
        <TextInput
          label="Why"
          maxLength={500}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
      </div>
    </Confirm>
  )
}
