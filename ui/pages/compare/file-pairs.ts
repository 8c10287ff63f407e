import type { RunFile } from './run-files.ts'

export interface FilePair {
  readonly path: string
  readonly a: RunFile | undefined
  readonly b: RunFile | undefined
  readonly state: 'same' | 'changed' | 'left' | 'right'
}

/** Files of two runs by path. Without a digest on both sides, they count as different: nobody has compared their bytes. */
export function pairsOf(left: readonly RunFile[], right: readonly RunFile[]): FilePair[] {
  const as = new Map(left.map((file) => [file.path, file]))
  const bs = new Map(right.map((file) => [file.path, file]))
  return [...new Set([...as.keys(), ...bs.keys()])].sort().map((path) => {
    const [a, b] = [as.get(path), bs.get(path)]
    return { path, a, b, state: stateOf(a, b) }
  })
}

function stateOf(a: RunFile | undefined, b: RunFile | undefined): FilePair['state'] {
  if (a === undefined) return 'right'
  if (b === undefined) return 'left'
  return a.digest !== null && a.digest === b.digest ? 'same' : 'changed'
}

/** The file of that name nearest to the root. */
export function nearestFile(files: readonly RunFile[], name: string): RunFile | undefined {
  return files
    .filter((file) => file.path === name || file.path.endsWith(`/${name}`))
    .toSorted((x, y) => x.path.split('/').length - y.path.split('/').length)[0]
}
