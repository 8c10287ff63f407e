import { Select } from '@mantine/core'
import type { ReactNode } from 'react'
import type { Run } from '../../../src/contract/runs.ts'
import { Nothing } from '../../design/empty.tsx'
import classes from './compare.module.css'

/** Chooses two of the runs, for what can only be compared in pairs. */
export function PairTab(props: {
  runs: readonly Run[]
  a: string | undefined
  b: string | undefined
  onPick: (pair: { a: string; b: string }) => void
  children: (a: Run, b: Run) => ReactNode
}) {
  const { runs } = props
  const a = runs.find((run) => run.id === props.a) ?? runs[0]
  const b = runs.find((run) => run.id === props.b) ?? runs.find((run) => run !== a)
  if (a === undefined || b === undefined) return <Nothing>It takes two runs.</Nothing>
  const data = runs.map((run) => ({ value: run.id, label: `${run.name} (${run.id.slice(0, 8)})` }))
  const pick = (pair: { a: string | null; b: string | null }) =>
    props.onPick({ a: pair.a ?? a.id, b: pair.b ?? b.id })
  return (
    <>
      <div className={classes.controls} style={{ marginBottom: 0 }}>
        <Select
          size="xs"
          w={240}
          label="Before"
          searchable
          data={data}
          value={a.id}
          onChange={(value) => pick({ a: value, b: b.id })}
        />
        <Select
          size="xs"
          w={240}
          label="After"
          searchable
          data={data}
          value={b.id}
          onChange={(value) => pick({ a: a.id, b: value })}
        />
      </div>
      {a === b ? <Nothing>These are the same run.</Nothing> : props.children(a, b)}
    </>
  )
}
