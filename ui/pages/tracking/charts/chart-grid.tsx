import { UnstyledButton } from '@mantine/core'
import { useState } from 'react'
import { Icon } from '../../../design/icons.tsx'
import { count } from '../../../format/number.ts'
import classes from './charts.module.css'
import { groupsOf, type KeyGroup } from './groups.ts'
import { type ChartedRun, type ChartSettings, MetricChart } from './metric-chart.tsx'

interface GridProps {
  project: string
  runs: readonly ChartedRun[]
  settings: ChartSettings
  live: boolean
}

/** A chart for each metric, grouped by what stands before the slash; only what is looked at is fetched. */
export function ChartGrid(props: GridProps & { keys: readonly string[] }) {
  const groups = groupsOf(props.keys)
  const only = groups.length === 1
  return groups.map((group) => <GridGroup key={group.prefix} {...props} group={group} only={only} />)
}

function GridGroup({ group, only, ...props }: GridProps & { group: KeyGroup; only: boolean }) {
  const [open, setOpen] = useState(true)
  const charts = (
    <div className={classes.grid}>
      {group.keys.map((key) => (
        <MetricChart key={key} {...props} name={key} group={`grid-${props.project}`} />
      ))}
    </div>
  )
  if (only) return charts
  return (
    <section aria-label={group.prefix === '' ? 'Metrics' : group.prefix} className={classes.group}>
      <UnstyledButton className={classes.groupHead} aria-expanded={open} onClick={() => setOpen(!open)}>
        <Icon name={open ? 'down' : 'chevron'} size={14} />
        <h2>{group.prefix === '' ? 'Metrics' : group.prefix}</h2>
        <small>{count(group.keys.length)}</small>
      </UnstyledButton>
      {open ? charts : null}
    </section>
  )
}
