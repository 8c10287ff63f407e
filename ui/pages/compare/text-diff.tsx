import { diffLines } from 'diff'
import { useMemo } from 'react'
import { Nothing } from '../../design/empty.tsx'
import { plural } from '../../format/number.ts'
import classes from './compare.module.css'
import { type DiffLine, folded } from './folded.ts'

/** Two texts line by line; long stretches that are the same are folded. */
export function TextDiff({ label, a, b }: { label: string; a: string; b: string }) {
  const lines = useMemo(() => linesOf(a, b), [a, b])
  if (a === b) return <Nothing>The same.</Nothing>
  if (lines === undefined) return <Nothing>They differ too much to be shown line by line.</Nothing>
  return (
    <section className={classes.diff} aria-label={label}>
      {lines.map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines have no identity but their place.
        <pre key={index} data-side={line.side}>
          {line.side === 'skipped'
            ? `⋯ ${plural(line.count, 'line')} the same`
            : `${marks[line.side]} ${line.text}`}
        </pre>
      ))}
    </section>
  )
}

const marks = { added: '+', removed: '−', same: ' ' } as const

function linesOf(a: string, b: string): DiffLine[] | undefined {
  const changes = diffLines(a, b, { maxEditLength: 4000 })
  if (changes === undefined) return undefined
  return folded(
    changes.flatMap((change) => {
      const side = change.added
        ? ('added' as const)
        : change.removed
          ? ('removed' as const)
          : ('same' as const)
      return change.value
        .replace(/\n$/, '')
        .split('\n')
        .map((text) => ({ side, text }))
    }),
  )
}
