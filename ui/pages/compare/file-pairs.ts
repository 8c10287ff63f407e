import type { ArtifactEntry } from '../../../src/contract/artifacts.ts'

export interface FilePair {
  readonly path: string
  readonly a: ArtifactEntry | undefined
  readonly b: ArtifactEntry | undefined
  readonly state: 'same' | 'changed' | 'left' | 'right'
}

/** Files of two runs by path. Without a digest on both sides, they count as different: nobody has compared their bytes. */
export function pairsOf(left: readonly ArtifactEntry[], right: readonly ArtifactEntry[]): FilePair[] {
  const as = new Map(left.map((file) => [file.path, file]))
  const bs = new Map(right.map((file) => [file.path, file]))
  return [...new Set([...as.keys(), ...bs.keys()])].sort().map((path) => {
    const [a, b] = [as.get(path), bs.get(path)]
    return { path, a, b, state: stateOf(a, b) }
  })
}

function stateOf(a: ArtifactEntry | undefined, b: ArtifactEntry | undefined): FilePair['state'] {
  if (a === undefined) return 'right'
  if (b === undefined) return 'left'
  return a.digest !== null && a.digest === b.digest ? 'same' : 'changed'
}

/** The file of that name nearest to the root. */
export function nearestFile(files: readonly ArtifactEntry[], name: string): ArtifactEntry | undefined {
  return files
    .filter((file) => file.path === name || file.path.endsWith(`/${name}`))
    .toSorted((x, y) => x.path.split('/').length - y.path.split('/').length)[0]
}
