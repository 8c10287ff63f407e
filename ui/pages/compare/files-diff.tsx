import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Run } from '../../../src/contract/runs.ts'
import { Nothing } from '../../design/empty.tsx'
import { Failure } from '../../design/failure.tsx'
import { Panel } from '../../design/panel.tsx'
import { Badge } from '../../design/status.tsx'
import { bytes, plural } from '../../format/number.ts'
import classes from './compare.module.css'
import { type FilePair, pairsOf } from './file-pairs.ts'
import { runFilesQuery, runTextQuery } from './run-files.ts'
import { TextDiff } from './text-diff.tsx'

/** The files of two runs by digest; those that are text line by line. */
export function FilesDiff({ project, a, b }: { project: string; a: Run; b: Run }) {
  const left = useQuery(runFilesQuery(project, a.id))
  const right = useQuery(runFilesQuery(project, b.id))
  const [open, setOpen] = useState<string>()
  const error = left.error ?? right.error
  if (error) return <Failure error={error} />
  if (left.data === undefined || right.data === undefined)
    return <Nothing>Reading the lists of files…</Nothing>
  const pairs = pairsOf(left.data.files, right.data.files)
  const different = pairs.filter((pair) => pair.state !== 'same')
  const partly = !left.data.complete || !right.data.complete
  return (
    <Panel
      title="Files"
      note={`${plural(different.length, 'differs', 'differ')}, ${pairs.length - different.length} the same${partly ? '; not all directories were read' : ''}`}
    >
      {different.length === 0 ? <Nothing>Nothing differs.</Nothing> : null}
      {different.map((pair) => (
        <div key={pair.path}>
          <div className={classes.fileRow}>
            <button
              type="button"
              className={classes.textButton}
              style={{ textAlign: 'left' }}
              aria-expanded={open === pair.path}
              onClick={() => setOpen(open === pair.path ? undefined : pair.path)}
            >
              {pair.path}
            </button>
            <State pair={pair} names={[a.name, b.name]} />
            <span className={classes.number}>
              {pair.a ? bytes(pair.a.size ?? 0) : '–'} → {pair.b ? bytes(pair.b.size ?? 0) : '–'}
            </span>
          </div>
          {open === pair.path ? <FileDiff project={project} pair={pair} /> : null}
        </div>
      ))}
    </Panel>
  )
}

function State({ pair, names }: { pair: FilePair; names: readonly [string, string] }) {
  if (pair.state === 'changed') return <Badge tone="warn">differs</Badge>
  return <Badge tone="quiet">{`only in ${pair.state === 'left' ? names[0] : names[1]}`}</Badge>
}

function FileDiff({ project, pair }: { project: string; pair: FilePair }) {
  const left = useQuery(runTextQuery(project, pair.a))
  const right = useQuery(runTextQuery(project, pair.b))
  const error = left.error ?? right.error
  if (error) return <Failure error={error} />
  if (left.data === undefined || right.data === undefined) return <Nothing>Reading…</Nothing>
  if (left.data === null || right.data === null) return <Nothing>It is no text.</Nothing>
  return <TextDiff label={`What differs in ${pair.path}`} a={left.data} b={right.data} />
}
