import { queryOptions } from '@tanstack/react-query'
import type { ArtifactEntry } from '../../../src/contract/artifacts.ts'
import { client } from '../../api/client.ts'

/** Directories that are looked into for one run; what is beyond is left out, and said so. */
const mostDirectories = 80

/** A file of a run, or of a model that it logged; the path of the latter begins with the model's name. */
export interface RunFile extends ArtifactEntry {
  /** Whose it is, and its path there. */
  readonly of: string
  readonly own: string
}

export interface RunFiles {
  readonly files: readonly RunFile[]
  readonly complete: boolean
}

/** Every file of a run and of the models that it logged, their directories looked into a few at a time. */
export const runFilesQuery = (project: string, run: string) =>
  queryOptions({
    queryKey: ['runs', project, run, 'all-files'],
    queryFn: async ({ signal }) => {
      const logged = await client.runs.models({ params: { project, run } }, { signal })
      const made = logged.models.filter((model) => model.direction === 'output')
      const places = [
        { of: `runs/${run}`, prefix: '' },
        ...made.map((model) => ({ of: `logged-models/${model.id}`, prefix: `${model.name || model.id}/` })),
      ]
      const found = await Promise.all(places.map((place) => filesOf(project, place, signal)))
      const files = new Map(found.flatMap((each) => each.files).map((file) => [file.path, file]))
      return {
        files: [...files.values()].sort((a, b) => (a.path < b.path ? -1 : 1)),
        complete: found.every((each) => each.complete),
      }
    },
  })

interface Place {
  readonly of: string
  readonly prefix: string
}

async function filesOf(project: string, { of, prefix }: Place, signal: AbortSignal): Promise<RunFiles> {
  const files: RunFile[] = []
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
      else files.push({ ...entry, path: `${prefix}${entry.path}`, of, own: entry.path })
    }
  }
  return { files, complete: waiting.length === 0 }
}

/** The text of a file, as far as it is worth comparing; null when it is no text, nothing when there is no file. */
export const runTextQuery = (project: string, file: RunFile | undefined) =>
  queryOptions({
    queryKey: ['runs', project, 'text', file?.of, file?.own],
    queryFn: async ({ signal }) => {
      if (file === undefined) return ''
      const preview = await client.artifacts.preview(
        { params: { project }, query: { of: file.of, path: file.own, as: 'text', limit: 1_048_576 } },
        { signal },
      )
      return preview.kind === 'text' ? preview.text : null
    },
    staleTime: Number.POSITIVE_INFINITY,
  })
