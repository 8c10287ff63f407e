import { useSuspenseQuery } from '@tanstack/react-query'
import type { Artifact } from '../../../src/contract/runs.ts'
import { runFileAddress } from '../../api/client.ts'
import { artifactsQuery } from '../../api/queries.ts'
import design from '../../design/design.module.css'
import { Empty } from '../../design/empty.tsx'
import { Go } from '../../design/go.tsx'
import { Icon } from '../../design/icons.tsx'
import { Panel } from '../../design/panel.tsx'
import { Table } from '../../design/table.tsx'
import { bytes } from '../../format/number.ts'
import { paths } from '../../paths.ts'

/** The files that a run kept, one directory at a time. */
export function ArtifactsTab({ project, run, path }: { project: string; run: string; path: string }) {
  const { data } = useSuspenseQuery(artifactsQuery(project, run, path))
  const to = paths.run(project, run)
  const parts = path === '' ? [] : path.split('/')
  if (data.artifacts.length === 0 && path === '') {
    return (
      <Empty icon="folder" title="No file was kept">
        What a training script logs with mlflow.log_artifact, or writes below $SLIPWAY_OUTPUTS, stands here.
      </Empty>
    )
  }
  return (
    <Panel flush>
      <p style={{ padding: '10px 16px', fontSize: 13, borderBottom: '1px solid var(--line)' }}>
        <Go to={to} search={{ tab: 'artifacts' }} className={design.link}>
          files
        </Go>
        {parts.map((part, index) => (
          <span key={parts.slice(0, index + 1).join('/')}>
            {' / '}
            <Go
              to={to}
              search={{ tab: 'artifacts', path: parts.slice(0, index + 1).join('/') }}
              className={design.link}
            >
              {part}
            </Go>
          </span>
        ))}
      </p>
      <Table
        label="Files"
        rows={data.artifacts}
        rowKey={(file) => file.path}
        columns={[
          { label: 'Name', cell: (file) => <FileName project={project} run={run} file={file} /> },
          { label: 'Size', align: 'right', cell: (file) => (file.size === null ? '–' : bytes(file.size)) },
          {
            label: 'SHA-256',
            wide: true,
            cell: (file) => (
              <span className={`${design.mono} ${design.muted}`}>{file.digest?.slice(0, 16) ?? '–'}</span>
            ),
          },
        ]}
      />
    </Panel>
  )
}

function FileName({ project, run, file }: { project: string; run: string; file: Artifact }) {
  const name = file.path.split('/').at(-1) ?? file.path
  const inside = (
    <span style={{ display: 'inline-flex', gap: 8, alignItems: 'center' }}>
      <Icon name={file.directory ? 'folder' : 'file'} size={15} />
      {name}
    </span>
  )
  if (file.directory) {
    return (
      <Go to={paths.run(project, run)} search={{ tab: 'artifacts', path: file.path }}>
        {inside}
      </Go>
    )
  }
  return (
    <a href={runFileAddress(project, run, file.path)} download={name}>
      {inside}
    </a>
  )
}
