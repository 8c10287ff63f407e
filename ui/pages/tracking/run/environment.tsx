import { SegmentedControl } from '@mantine/core'
import { useQueries, useQuery } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import type { RunDetail } from '../../../../src/contract/runs.ts'
import { artifactListQuery, previewQuery, runModelsQuery } from '../../../api/queries.ts'
import { Panel } from '../../../design/panel.tsx'
import { TextPreview } from '../files/preview.tsx'
import { modelPaths } from './source.ts'

const names = ['requirements.txt', 'conda.yaml', 'python_env.yaml', 'MLmodel']

/** The packages that the run's models need, as the client wrote them beside each model. */
export function Environment(props: { project: string; run: RunDetail; nothing: ReactNode }) {
  const { project, run } = props
  const logged = useQuery(runModelsQuery(project, run.id))
  const places = [
    ...(logged.data?.models ?? [])
      .filter((model) => model.direction === 'output')
      .map((model) => ({
        of: `logged-models/${model.id}`,
        path: '',
        title: model.name === '' ? model.id : model.name,
      })),
    ...modelPaths(run.tags).map((path) => ({ of: `runs/${run.id}`, path, title: path })),
  ]
  const lists = useQueries({
    queries: places.map((place) => artifactListQuery(project, place.of, place.path)),
  })
  const found = places.flatMap((place, index) => {
    const files = (lists[index]?.data?.artifacts ?? []).filter((file) =>
      names.includes(file.path.split('/').at(-1) ?? ''),
    )
    return files.length === 0 ? [] : [{ ...place, files: files.map((file) => file.path) }]
  })
  if (logged.isPending || lists.some((list) => list.isPending)) return null
  if (found.length === 0) return <Panel title="Environment">{props.nothing}</Panel>
  return found.map((place) => (
    <OneEnvironment key={`${place.of}/${place.path}`} project={project} {...place} />
  ))
}

function OneEnvironment(props: { project: string; of: string; title: string; files: readonly string[] }) {
  const order = (path: string) => names.indexOf(path.split('/').at(-1) ?? '')
  const files = [...props.files].sort((a, b) => order(a) - order(b))
  const [chosen, choose] = useState<string>()
  const path = chosen ?? files[0] ?? ''
  const { data } = useQuery(previewQuery(props.project, props.of, path))
  return (
    <Panel
      title="Environment"
      note={`of model ${props.title}`}
      flush
      actions={
        <SegmentedControl
          size="xs"
          aria-label="File"
          value={path}
          onChange={choose}
          data={files.map((file) => ({ value: file, label: file.split('/').at(-1) ?? file }))}
        />
      }
    >
      {data?.kind === 'text' ? <TextPreview preview={data} /> : null}
    </Panel>
  )
}
