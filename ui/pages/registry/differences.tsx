import design from '../../design/design.module.css'
import { Nothing } from '../../design/empty.tsx'
import { Panel } from '../../design/panel.tsx'
import { Table } from '../../design/table.tsx'

export interface Difference {
  readonly key: string
  readonly a: string | null
  readonly b: string | null
}

/** What differs between two things, side by side; nothing is shown of what both have the same. */
export function Differences(props: {
  title: string
  what: string
  names: readonly [a: string, b: string]
  rows: readonly Difference[]
  /** Of twelve columns; null for all. */
  span?: 4 | 5 | 6 | 7 | null
}) {
  const { title, what, names, rows, span = 6 } = props
  return (
    <Panel title={title} {...(span === null ? {} : { span })} flush>
      {rows.length === 0 ? (
        <Nothing>The same.</Nothing>
      ) : (
        <Table
          label={title}
          rows={rows}
          rowKey={(row) => row.key}
          columns={[
            { label: what, cell: (row) => row.key },
            { label: names[0], cell: (row) => <Value text={row.a} /> },
            { label: names[1], cell: (row) => <Value text={row.b} /> },
          ]}
        />
      )}
    </Panel>
  )
}

function Value({ text }: { text: string | null }) {
  if (text === null) return <span className={design.muted}>–</span>
  return (
    <span className={design.mono} title={text}>
      {text.length > 60 ? `${text.slice(0, 40)}…${text.slice(-12)}` : text}
    </span>
  )
}
