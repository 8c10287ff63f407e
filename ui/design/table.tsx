import type { ReactNode } from 'react'
import classes from './design.module.css'

export interface Column<Row> {
  label: string
  align?: 'right'
  /** Hidden where the screen is narrow. */
  wide?: boolean
  cell: (row: Row) => ReactNode
}

/** A table by columns. A cell with a `RowLink` makes its whole row a link. */
export function Table<Row>(props: {
  label: string
  columns: readonly Column<Row>[]
  rows: readonly Row[]
  rowKey: (row: Row) => string
  linked?: boolean
}) {
  return (
    <div className={classes.tableWrap}>
      <table className={classes.table} aria-label={props.label}>
        <thead>
          <tr>
            {props.columns.map((column) => (
              <th key={column.label} scope="col" data-align={column.align} data-wide={column.wide}>
                {column.label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {props.rows.map((row) => (
            <tr key={props.rowKey(row)} data-link={props.linked}>
              {props.columns.map((column) => (
                <td key={column.label} data-align={column.align} data-wide={column.wide}>
                  {column.cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
