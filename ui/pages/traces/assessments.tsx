import { ActionIcon, Button, Select, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { Assessment, TraceDetail } from '../../../src/contract/traces.ts'
import { client } from '../../api/client.ts'
import { useMay } from '../../api/use-may.ts'
import { Nothing } from '../../design/empty.tsx'
import { Icon } from '../../design/icons.tsx'
import { Ago } from '../../design/time.tsx'
import { FailureNotice } from './failure-notice.tsx'
import { shownValue, Verdict } from './said.tsx'
import classes from './traces.module.css'

/** What is said of a trace, and a line to say more. */
export function Assessments({ project, trace }: { project: string; trace: TraceDetail }) {
  const queries = useQueryClient()
  const refresh = () => queries.invalidateQueries({ queryKey: ['traces', project] })
  const mayWrite = useMay(project, 'runs:write')
  const remove = useMutation({
    mutationFn: (assessment: string) =>
      client.traces.unassess({ params: { project, trace: trace.id, assessment } }),
    onSuccess: refresh,
  })
  return (
    <div className={classes.assessments}>
      {trace.assessments.length === 0 ? <Nothing>Nobody has said anything yet.</Nothing> : null}
      <ul>
        {trace.assessments.map((one) => (
          <li key={one.id} data-valid={one.valid}>
            <One assessment={one} />
            {mayWrite ? (
              <ActionIcon
                variant="subtle"
                color="gray"
                size="sm"
                aria-label={`Remove ${one.name}`}
                onClick={() => remove.mutate(one.id)}
              >
                <Icon name="trash" size={13} />
              </ActionIcon>
            ) : null}
          </li>
        ))}
      </ul>
      {remove.error ? <FailureNotice error={remove.error} /> : null}
      {mayWrite ? <Say project={project} trace={trace.id} said={refresh} /> : null}
    </div>
  )
}

function One({ assessment }: { assessment: Assessment }) {
  return (
    <div className={classes.one}>
      <div>
        <b>{assessment.name}</b>{' '}
        {assessment.kind === 'expectation' ? (
          <span className={classes.quiet}>should be {shownValue(assessment)}</span>
        ) : (
          <Verdict assessment={{ ...assessment, rationale: null }} nameless />
        )}
      </div>
      {assessment.rationale ? <p>{assessment.rationale}</p> : null}
      {assessment.error ? <p>{assessment.error.message || assessment.error.code}</p> : null}
      <small>
        {sources[assessment.source]} {assessment.by === 'default' ? '' : assessment.by} ·{' '}
        <Ago at={assessment.created_at} />
        {assessment.valid ? '' : ' · replaced by a later one'}
      </small>
    </div>
  )
}

const sources: Record<Assessment['source'], string> = {
  HUMAN: 'by a person',
  LLM_JUDGE: 'by a model',
  AI_JUDGE: 'by a model',
  CODE: 'by code',
  SOURCE_TYPE_UNSPECIFIED: 'by',
}

function Say({ project, trace, said }: { project: string; trace: string; said: () => void }) {
  const [name, setName] = useState('')
  const [value, setValue] = useState<string | null>('yes')
  const [rationale, setRationale] = useState('')
  const send = useMutation({
    mutationFn: () =>
      client.traces.assess({
        params: { project, trace },
        body: {
          name: name.trim(),
          kind: 'feedback',
          value: value === 'yes',
          ...(rationale.trim() === '' ? {} : { rationale: rationale.trim() }),
        },
      }),
    onSuccess: () => {
      setName('')
      setRationale('')
      said()
    },
  })
  return (
    <form
      className={classes.say}
      onSubmit={(event) => {
        event.preventDefault()
        send.mutate()
      }}
    >
      <TextInput
        aria-label="Name of the feedback"
        placeholder="correct"
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <Select
        aria-label="Verdict"
        data={[
          { value: 'yes', label: 'Yes' },
          { value: 'no', label: 'No' },
        ]}
        allowDeselect={false}
        value={value}
        onChange={setValue}
      />
      <TextInput
        aria-label="Why"
        placeholder="Why"
        className={classes.find}
        value={rationale}
        onChange={(event) => setRationale(event.currentTarget.value)}
      />
      <Button type="submit" variant="default" disabled={name.trim() === ''} loading={send.isPending}>
        Say it
      </Button>
      {send.error ? <FailureNotice error={send.error} /> : null}
    </form>
  )
}
