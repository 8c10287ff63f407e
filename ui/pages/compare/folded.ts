export type DiffLine =
  | { readonly side: 'added' | 'removed' | 'same'; readonly text: string }
  | { readonly side: 'skipped'; readonly count: number }

const around = 3

/** Keeps three lines before and after each change; what lies between is counted. */
export function folded(lines: readonly Exclude<DiffLine, { side: 'skipped' }>[]): DiffLine[] {
  const near = new Set<number>()
  for (const [index, line] of lines.entries()) {
    if (line.side === 'same') continue
    for (let at = index - around; at <= index + around; at += 1) near.add(at)
  }
  const result: DiffLine[] = []
  let skipped = 0
  const flush = () => {
    if (skipped > 0) result.push({ side: 'skipped', count: skipped })
    skipped = 0
  }
  for (const [index, line] of lines.entries()) {
    if (near.has(index)) {
      flush()
      result.push(line)
    } else skipped += 1
  }
  flush()
  return result
}
