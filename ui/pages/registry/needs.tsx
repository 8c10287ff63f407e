import { useQuery } from '@tanstack/react-query'
import type { VersionDetail } from '../../../src/contract/models.ts'
import { versionContentsQuery } from '../../api/model-queries.ts'
import design from '../../design/design.module.css'
import { Nothing } from '../../design/empty.tsx'
import { Failure } from '../../design/failure.tsx'
import { Panel } from '../../design/panel.tsx'
import { Table } from '../../design/table.tsx'
import classes from './registry.module.css'

/** What a version needs in order to run, and what it is called with: read from its own files. */
export function Needs({ project, version }: { project: string; version: VersionDetail }) {
  const { data, error } = useQuery(versionContentsQuery(project, version.model, String(version.version)))
  if (error) return <Failure error={error} />
  if (data === undefined) return null
  const flavors = data.flavors.map(({ name, version: of }) => (of === null ? name : `${name} ${of}`))
  return (
    <>
      <Panel title="Dependencies" note={flavors.join(' · ')} span={5} flush>
        {data.dependencies.length === 0 ? (
          <Nothing>Its files declare none.</Nothing>
        ) : (
          <Table
            label="Dependencies"
            rows={data.dependencies}
            rowKey={(one) => one.name}
            columns={[
              { label: 'Package', cell: (one) => one.name },
              {
                label: 'Needs',
                cell: (one) => <span className={design.mono}>{one.requirement || 'any'}</span>,
              },
              { label: 'From', wide: true, cell: (one) => <span className={design.muted}>{one.file}</span> },
            ]}
          />
        )}
      </Panel>
      {data.example === null ? null : (
        <Panel title="Input example" note={data.example.path} span={7}>
          <pre className={classes.example}>
            {pretty(data.example.text)}
            {data.example.truncated ? '\n…' : ''}
          </pre>
        </Panel>
      )}
    </>
  )
}

function pretty(text: string): string {
  try {
    const value: unknown = JSON.parse(text)
    const compact = JSON.stringify(value)
    return compact.length < 100 ? compact : JSON.stringify(value, null, 2)
  } catch {
    return text
  }
}
