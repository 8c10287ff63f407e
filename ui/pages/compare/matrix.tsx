import type { Run } from '../../../src/contract/runs.ts'
import { Nothing } from '../../design/empty.tsx'
import { Go } from '../../design/go.tsx'
import { plural } from '../../format/number.ts'
import { paths } from '../../paths.ts'
import classes from './compare.module.css'
import type { Row } from './differing.ts'

/** Beyond so many columns nobody reads a table. */
const mostColumns = 60

/** A row for each key, a column for each run; what differs stands out. */
export function Matrix(props: {
  label: string
  project: string
  runs: readonly Pick<Run, 'id' | 'name'>[]
  rows: readonly Row[]
  onlyDiffering: boolean
}) {
  const shown = props.onlyDiffering ? props.rows.filter((row) => row.differs) : props.rows
  const runs = props.runs.slice(0, mostColumns)
  if (shown.length === 0) {
    return (
      <Nothing>
        {props.rows.length === 0 ? 'None.' : `The same in all: ${plural(props.rows.length, 'key')}.`}
      </Nothing>
    )
  }
  return (
    <>
      <section className={classes.matrix} aria-label={props.label}>
        <table>
          <thead>
            <tr>
              <th scope="col">{props.label}</th>
              {runs.map((run) => (
                <th key={run.id} scope="col" title={run.name}>
                  <Go to={paths.run(props.project, run.id)}>{run.name}</Go>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.map((row) => (
              <tr key={row.key} data-differs={row.differs && !props.onlyDiffering}>
                <th scope="row" title={row.key}>
                  {row.key}
                </th>
                {runs.map((run, index) => (
                  <Cell key={run.id} text={row.values[index] ?? null} />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {runs.length < props.runs.length ? (
        <Nothing>{`The first ${runs.length} of ${props.runs.length} runs.`}</Nothing>
      ) : null}
    </>
  )
}

function Cell({ text }: { text: string | null }) {
  if (text === null) return <td className={classes.missing}>–</td>
  return <td title={text}>{text.length > 80 ? `${text.slice(0, 79)}…` : text}</td>
}
