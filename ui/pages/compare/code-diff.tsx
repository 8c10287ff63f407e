import { useQuery } from '@tanstack/react-query'
import type { Run } from '../../../src/contract/runs.ts'
import { Nothing } from '../../design/empty.tsx'
import { Panel } from '../../design/panel.tsx'
import { Differences } from '../registry/differences.tsx'
import { rowsOf } from './differing.ts'
import { nearestFile } from './file-pairs.ts'
import { type RunFile, runFilesQuery, runTextQuery } from './run-files.ts'
import { TextDiff } from './text-diff.tsx'

const source = {
  'mlflow.source.git.commit': 'commit',
  'mlflow.source.git.branch': 'branch',
  'mlflow.source.git.repoURL': 'repository',
  'mlflow.source.git.dirty': 'changes not committed',
  'mlflow.source.name': 'entry point',
  'mlflow.source.type': 'kind',
} as const
const diffTag = 'mlflow.source.git.diff'

/** What code made two runs, with the changes that were not committed, and in which environment. */
export function CodeDiff({ project, a, b }: { project: string; a: Run; b: Run }) {
  const rows = rowsOf([sourceOf(a), sourceOf(b)]).filter((row) => row.differs)
  const [left, right] = [a.tags[diffTag], b.tags[diffTag]]
  return (
    <>
      <Differences
        title="Code"
        what="Source"
        names={[a.name, b.name]}
        rows={rows.map(({ key, values }) => ({ key, a: values[0] ?? null, b: values[1] ?? null }))}
        span={null}
      />
      {left === undefined && right === undefined ? null : (
        <Panel title="Changes that were not committed">
          <TextDiff label="Changes that were not committed" a={left ?? ''} b={right ?? ''} />
        </Panel>
      )}
      <Environment project={project} a={a} b={b} />
    </>
  )
}

function sourceOf(run: Run): Record<string, string> {
  return Object.fromEntries(
    Object.entries(source).flatMap(([tag, name]) => {
      const value = run.tags[tag]
      return value === undefined ? [] : [[name, value]]
    }),
  )
}

function Environment({ project, a, b }: { project: string; a: Run; b: Run }) {
  const left = useQuery(runFilesQuery(project, a.id))
  const right = useQuery(runFilesQuery(project, b.id))
  if (left.data === undefined || right.data === undefined) return null
  return ['requirements.txt', 'python_env.yaml', 'conda.yaml'].map((name) => {
    const files = [left, right].map(({ data }) => nearestFile(data?.files ?? [], name))
    const paths = new Set(files.flatMap((file) => file?.path ?? []))
    if (paths.size === 0) return null
    return (
      <Panel key={name} title={name} note={[...paths].join(' and ')}>
        <EnvironmentFile project={project} name={name} a={files[0]} b={files[1]} />
      </Panel>
    )
  })
}

function EnvironmentFile(props: {
  project: string
  name: string
  a: RunFile | undefined
  b: RunFile | undefined
}) {
  const left = useQuery(runTextQuery(props.project, props.a))
  const right = useQuery(runTextQuery(props.project, props.b))
  if (left.data === undefined || right.data === undefined) return <Nothing>Reading…</Nothing>
  return <TextDiff label={`What differs in ${props.name}`} a={left.data ?? ''} b={right.data ?? ''} />
}
