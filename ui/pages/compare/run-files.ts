import { queryOptions } from '@tanstack/react-query'
import type { ArtifactEntry } from '../../../src/contract/artifacts.ts'
import { client } from '../../api/client.ts'

/** Directories that are looked into for one run; what is beyond is left out, and said so. */
const mostDirectories = 80

export interface RunFiles {
  readonly files: readonly ArtifactEntry[]
  readonly complete: boolean
}

/** Every file of a run, its directories looked into a few at a time. */
export const runFilesQuery = (project: string, run: string) =>
  queryOptions({
    queryKey: ['runs', project, run, 'all-files'],
    queryFn: ({ signal }) => filesOf(project, `runs/${run}`, signal),
  })

async function filesOf(project: string, of: string, signal: AbortSignal): Promise<RunFiles> {
  const files: ArtifactEntry[] = []
  let waiting: (string | undefined)[] = [undefined]
  for (let seen = 0; waiting.length > 0 && seen < mostDirectories; ) {
    const now = waiting.slice(0, 6)
    waiting = waiting.slice(6)
    seen += now.length
    const lists = await Promise.all(
      now.map((path) =>
        client.artifacts.list(
          { params: { project }, query: { of, ...(path === undefined ? {} : { path }) } },
          { signal },
        ),
      ),
    )
    for (const entry of lists.flatMap((list) => list.artifacts)) {
      if (entry.directory) waiting.push(entry.path)
      else files.push(entry)
    }
  }
  return { files: files.sort((a, b) => (a.path < b.path ? -1 : 1)), complete: waiting.length === 0 }
}

/** The text of a file, as far as it is worth comparing; null when it is no text. */
export const runTextQuery = (project: string, run: string, path: string | undefined) =>
  queryOptions({
    queryKey: ['runs', project, run, 'text', path],
    queryFn: async ({ signal }) => {
      if (path === undefined) return ''
      const preview = await client.artifacts.preview(
        { params: { project }, query: { of: `runs/${run}`, path, as: 'text', limit: 1_048_576 } },
        { signal },
      )
      return preview.kind === 'text' ? preview.text : null
    },
    staleTime: Number.POSITIVE_INFINITY,
  })
