import { TextInput } from '@mantine/core'
import { useState } from 'react'
import type { ColumnProfile, Profile } from '../../../src/contract/data.ts'
import { Histogram, ValueBars } from '../../design/chart/histogram.tsx'
import { Nothing } from '../../design/empty.tsx'
import { At } from '../../design/time.tsx'
import { count, metric, percent } from '../../format/number.ts'
import classes from './data.module.css'

/** Each column as a small picture: how its values are spread and how many are missing. */
export function ProfileTab({ profile }: { profile: Profile }) {
  const [wanted, setWanted] = useState('')
  const columns = profile.columns.filter((column) =>
    column.name.toLowerCase().includes(wanted.trim().toLowerCase()),
  )
  return (
    <>
      {profile.columns.length > 12 ? (
        <TextInput
          size="xs"
          maw={260}
          aria-label="Find a column"
          placeholder={`Find one of ${count(profile.columns.length)} columns`}
          value={wanted}
          onChange={(event) => setWanted(event.currentTarget.value)}
        />
      ) : null}
      {columns.length === 0 ? <Nothing>No column is called that.</Nothing> : null}
      <div className={classes.columns}>
        {columns.map((column) => (
          <Column key={column.name} column={column} rows={profile.rows} />
        ))}
      </div>
    </>
  )
}

function Column({ column, rows }: { column: ColumnProfile; rows: number }) {
  const { numeric, values, times } = column
  return (
    <article className={classes.column} aria-label={column.name}>
      <h3>
        <span title={column.name}>{column.name}</span>
        <small>{column.type}</small>
      </h3>
      {numeric ? (
        <Histogram edges={numeric.edges} counts={numeric.counts} label={`Distribution of ${column.name}`} />
      ) : values ? (
        <ValueBars values={values} rows={rows} />
      ) : times ? (
        <p>
          <At at={times.min} /> to <At at={times.max} />
        </p>
      ) : null}
      <p>
        {numeric ? `mean ${metric(numeric.mean)} · std ${metric(numeric.std)} · ` : ''}
        {count(column.distinct)} distinct
        {column.nulls > 0 && rows > 0 ? (
          <span className={classes.warn}> · {percent(column.nulls / rows)} missing</span>
        ) : null}
      </p>
    </article>
  )
}
