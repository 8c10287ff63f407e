import type { Tensor, VersionDetail } from '../../../src/contract/models.ts'
import design from '../../design/design.module.css'
import { Nothing } from '../../design/empty.tsx'
import { Table } from '../../design/table.tsx'

/** What a version takes and gives. */
export function SignatureTable({ version }: { version: VersionDetail }) {
  if (version.signature === null) return <Nothing>It has no signature.</Nothing>
  const rows = [
    ...version.signature.inputs.map((tensor) => ({ way: 'in', tensor })),
    ...version.signature.outputs.map((tensor) => ({ way: 'out', tensor })),
  ]
  const named = rows.some((row) => row.tensor.columns !== undefined)
  return (
    <Table
      label="Signature"
      rows={rows}
      rowKey={(row) => `${row.way} ${row.tensor.name}`}
      columns={[
        { label: 'Way', cell: (row) => row.way },
        { label: 'Tensor', cell: (row) => <span className={design.mono}>{row.tensor.name}</span> },
        { label: 'Type', cell: (row) => <span className={design.mono}>{typeOf(row.tensor)}</span> },
        ...(named
          ? [{ label: 'Columns', wide: true, cell: (row: (typeof rows)[number]) => columnsOf(row.tensor) }]
          : []),
      ]}
    />
  )
}

function typeOf(tensor: Tensor): string {
  const shape = tensor.shape.map((size) => (size < 0 ? '?' : size)).join(', ')
  return `${tensor.datatype}[${shape}]${tensor.optional ? ' optional' : ''}`
}

function columnsOf(tensor: Tensor): string {
  const columns = tensor.columns ?? []
  if (columns.length === 0) return '–'
  return columns.length > 6
    ? `${columns.slice(0, 4).join(', ')} … ${columns.at(-1)} (${columns.length})`
    : columns.join(', ')
}
