import { useQuery, useSuspenseQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { ArtifactEntry } from '../../../../src/contract/artifacts.ts'
import { artifactListQuery, runModelsQuery } from '../../../api/queries.ts'
import { Empty, Nothing } from '../../../design/empty.tsx'
import { Failure } from '../../../design/failure.tsx'
import { Go } from '../../../design/go.tsx'
import { Icon } from '../../../design/icons.tsx'
import { bytes } from '../../../format/number.ts'
import { paths } from '../../../paths.ts'
import classes from './files.module.css'
import { FilePreview } from './preview.tsx'

interface TreeProps {
  project: string
  run: string
  of: string
  /** The file or directory that is open, from the root of its owner. */
  open: string
}

/** The files of a run and of the models that it logged: a tree, and beside it the file that is open. */
export function FilesTab(props: { project: string; run: string; of: string | undefined; path: string }) {
  const { project, run, path } = props
  const mine = `runs/${run}`
  const { data: root } = useSuspenseQuery(artifactListQuery(project, mine, ''))
  const logged = useQuery(runModelsQuery(project, run))
  const models = (logged.data?.models ?? []).filter((model) => model.direction === 'output')
  const of = props.of ?? mine
  if (root.artifacts.length === 0 && models.length === 0) {
    return (
      <Empty icon="folder" title="No file was kept">
        What a training script logs with mlflow.log_artifact, or writes below $SLIPWAY_OUTPUTS, stands here.
      </Empty>
    )
  }
  return (
    <div className={classes.files}>
      <nav className={classes.tree} aria-label="Files">
        {root.artifacts.length === 0 ? null : (
          <Level
            project={project}
            run={run}
            of={mine}
            directory=""
            open={of === mine ? path : ''}
            depth={0}
          />
        )}
        {models.map((model) => (
          <div key={model.id}>
            <h3>
              <Icon name="models" size={14} />
              {model.name === '' ? model.id : model.name}
            </h3>
            <Level
              project={project}
              run={run}
              of={`logged-models/${model.id}`}
              directory=""
              open={of === `logged-models/${model.id}` ? path : ''}
              depth={0}
            />
          </div>
        ))}
      </nav>
      <section className={classes.file} aria-label={path === '' ? 'File' : path}>
        <OpenFile key={`${of} ${path}`} project={project} of={of} path={path} />
      </section>
    </div>
  )
}

/** A directory is open in the tree only: beside it nothing is shown. */
function OpenFile(props: { project: string; of: string; path: string }) {
  const { project, of, path } = props
  const parent = path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : ''
  const { data, error } = useQuery({ ...artifactListQuery(project, of, parent), enabled: path !== '' })
  if (error) return <Failure error={error} />
  const entry = data?.artifacts.find((each) => each.path === path)
  if (path === '' || entry?.directory) return <Nothing>Choose a file to look at it.</Nothing>
  if (data === undefined) return null
  if (entry === undefined) return <Nothing>There is no file at {path}.</Nothing>
  return <FilePreview project={project} of={of} path={path} />
}

function Level(props: TreeProps & { directory: string; depth: number }) {
  const { data, error } = useQuery(artifactListQuery(props.project, props.of, props.directory))
  if (error) return <Failure error={error} />
  return (
    <ul>
      {data?.artifacts.map((entry) => (
        <li key={entry.path}>
          {entry.directory ? <Directory {...props} entry={entry} /> : <File {...props} entry={entry} />}
        </li>
      ))}
    </ul>
  )
}

function Directory(props: TreeProps & { entry: ArtifactEntry; depth: number }) {
  const { entry, depth } = props
  const within = props.open === entry.path || props.open.startsWith(`${entry.path}/`)
  const [open, setOpen] = useState(within)
  return (
    <>
      <button
        type="button"
        style={{ paddingLeft: 6 + depth * 14 }}
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        <Icon name={open ? 'down' : 'chevron'} size={12} />
        <Icon name="folder" size={14} />
        <span>{entry.path.split('/').at(-1)}</span>
      </button>
      {open ? <Level {...props} directory={entry.path} depth={depth + 1} /> : null}
    </>
  )
}

function File({ project, run, of, open, entry, depth }: TreeProps & { entry: ArtifactEntry; depth: number }) {
  return (
    <Go
      to={paths.run(project, run)}
      search={{ tab: 'artifacts', path: entry.path, ...(of.startsWith('runs/') ? {} : { of }) }}
      current={open === entry.path}
      replace
    >
      <span className={classes.fileName} style={{ paddingLeft: 24 + depth * 14 }}>
        <Icon name="file" size={14} />
        <span>{entry.path.split('/').at(-1)}</span>
        <small>{entry.size === null ? '' : bytes(entry.size)}</small>
      </span>
    </Go>
  )
}
