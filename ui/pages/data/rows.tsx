import { useSuspenseQuery } from '@tanstack/react-query'
import { datasetRowsQuery } from '../../api/queries.ts'
import design from '../../design/design.module.css'
import { Go } from '../../design/go.tsx'
import { Panel } from '../../design/panel.tsx'
import { count } from '../../format/number.ts'
import { paths } from '../../paths.ts'
import { cellText } from './cell.ts'
import classes from './data.module.css'

const page = 50

/** Some rows, for looking at. */
export function RowsTab(props: { project: string; dataset: string; version: string; offset: number }) {
  const { project, dataset, version, offset } = props
  const { data } = useSuspenseQuery(datasetRowsQuery(project, dataset, version, offset))
  const to = paths.datasetVersion(project, dataset, Number(version))
  const last = Math.min(offset + page, data.total)
  return (
    <>
      <Panel flush>
        <div className={design.tableWrap}>
          <table className={`${design.table} ${classes.rows}`} aria-label="Rows">
            <thead>
              <tr>
                <th scope="col">#</th>
                {data.columns.map((column) => (
                  <th key={column.name} scope="col" title={column.type}>
                    {column.name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {data.rows.map((row, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: a row has no other name than its place.
                <tr key={offset + index}>
                  <td className={design.muted}>{offset + index + 1}</td>
                  {data.columns.map((column, at) => (
                    <td
                      key={column.name}
                      className={typeof row[at] === 'number' ? classes.cellNumber : undefined}
                    >
                      {cellText(row[at])}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </Panel>
      <nav aria-label="Pages of rows" style={{ display: 'flex', gap: 16, fontSize: 13 }}>
        <span className={design.muted}>
          Rows {count(data.total === 0 ? 0 : offset + 1)} to {count(last)} of {count(data.total)}
        </span>
        {offset > 0 ? (
          <Go to={to} search={{ tab: 'rows', offset: Math.max(0, offset - page) }} className={design.link}>
            Back
          </Go>
        ) : null}
        {last < data.total ? (
          <Go to={to} search={{ tab: 'rows', offset: offset + page }} className={design.link}>
            Next
          </Go>
        ) : null}
      </nav>
    </>
  )
}
