import { memo } from 'react'
import classes from './runs.module.css'

/** A row that is rushed past: its name, and two elements in place of one for each cell. */
export const PassingRow = memo(function PassingRow(props: { at: number; top: number; name: string }) {
  return (
    <tr
      className={classes.passing}
      style={{ transform: `translateY(${props.top}px)` }}
      data-at={props.at}
      aria-rowindex={props.at + 2}
      aria-busy="true"
    >
      <td>{props.name}</td>
    </tr>
  )
})
