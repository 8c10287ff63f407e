import { Button } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { HistoryEntry } from '../../../src/contract/models.ts'
import { client } from '../../api/client.ts'
import { modelHistoryQuery } from '../../api/model-queries.ts'
import { useMay } from '../../api/use-may.ts'
import { Confirm } from '../../design/confirm.tsx'
import { Nothing } from '../../design/empty.tsx'
import { Panel } from '../../design/panel.tsx'
import { Badge } from '../../design/status.tsx'
import { Ago } from '../../design/time.tsx'
import classes from './registry.module.css'

/** The moves of aliases and stages, newest first, and the way back. */
export function HistoryPanel({ project, model, span }: { project: string; model: string; span?: 5 | 7 }) {
  const { data } = useQuery(modelHistoryQuery(project, model))
  const may = useMay(project, 'models:promote')
  const entries = data?.entries ?? []
  const newest = new Map<string, HistoryEntry>()
  for (const entry of entries) {
    if (entry.kind === 'alias' && !newest.has(entry.name)) newest.set(entry.name, entry)
  }
  return (
    <Panel title="History" note="Of aliases and stages" {...(span === undefined ? {} : { span })}>
      {entries.length === 0 ? <Nothing>No alias and no stage was moved yet.</Nothing> : null}
      <ol className={classes.history}>
        {entries.map((entry) => (
          <li key={entry.id}>
            <span>
              {sentenceOf(entry)} {entry.rollback ? <Badge tone="warn">rollback</Badge> : null}
            </span>
            <small>
              {entry.by}, <Ago at={entry.at} />
            </small>
            {may && newest.get(entry.name) === entry && entry.before !== null && entry.after !== null ? (
              <RollBack project={project} model={model} entry={entry} />
            ) : null}
          </li>
        ))}
      </ol>
    </Panel>
  )
}

function sentenceOf({ kind, name, before, after }: HistoryEntry) {
  if (kind === 'stage') {
    return (
      <>
        <b>v{name}</b> from {before} to <b>{after}</b>
      </>
    )
  }
  return (
    <>
      <b>{name}</b>{' '}
      {after === null
        ? `no more at v${before}`
        : before === null
          ? `points at v${after}`
          : `from v${before} to v${after}`}
    </>
  )
}

function RollBack({ project, model, entry }: { project: string; model: string; entry: HistoryEntry }) {
  const [opened, open] = useState(false)
  const queries = useQueryClient()
  const roll = useMutation({
    mutationFn: () =>
      client.models.rollBack({
        params: { project, model, alias: entry.name },
        body: Number(entry.before) < Number(entry.after) ? { version: Number(entry.before) } : {},
      }),
    onSuccess: async () => {
      open(false)
      await queries.invalidateQueries({ queryKey: ['models', project] })
    },
  })
  if (Number(entry.before) >= Number(entry.after)) return null
  return (
    <>
      <Button size="compact-xs" variant="default" onClick={() => open(true)}>
        Roll back
      </Button>
      <Confirm
        opened={opened}
        close={() => open(false)}
        title={`Point ${entry.name} back at v${entry.before}?`}
        action="Roll back"
        busy={roll.isPending}
        error={roll.error}
        onConfirm={() => roll.mutate()}
      >
        The alias moves from v{entry.after} to v{entry.before}. What is deployed stays as it is until a
        rollout.
      </Confirm>
    </>
  )
}
