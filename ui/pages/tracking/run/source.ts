/** What made a run, as clients tell it in their tags; the spellings of old and new clients alike. */
export interface Source {
  readonly name: string | undefined
  readonly commit: string | undefined
  readonly branch: string | undefined
  readonly repository: string | undefined
  readonly dirty: boolean
  readonly diff: string | undefined
  readonly entryPoint: string | undefined
}

type Tags = Readonly<Record<string, string>>

function first(tags: Tags, ...names: readonly string[]): string | undefined {
  for (const name of names) if (tags[name]) return tags[name]
  return undefined
}

export function sourceOf(tags: Tags): Source {
  return {
    name: first(tags, 'mlflow.source.name'),
    commit: first(tags, 'mlflow.source.git.commit', 'mlflow.git.commit'),
    branch: first(tags, 'mlflow.source.git.branch', 'mlflow.git.branch'),
    repository: first(tags, 'mlflow.source.git.repoURL', 'mlflow.git.repo_url'),
    dirty: first(tags, 'mlflow.git.dirty', 'mlflow.source.git.dirty')?.toLowerCase() === 'true',
    diff: first(tags, 'mlflow.git.diff', 'mlflow.source.git.diff'),
    entryPoint: first(tags, 'mlflow.project.entryPoint'),
  }
}

/** Where a commit can be looked at: only for addresses that a browser may follow. */
export function commitAddress({ repository, commit }: Source): string | undefined {
  if (repository === undefined || commit === undefined) return undefined
  const ssh = /^git@([\w.-]+):(.+?)(?:\.git)?$/.exec(repository)
  const web = /^https:\/\/(?:[^@/]+@)?([\w.-]+)\/(.+?)(?:\.git)?\/?$/.exec(repository)
  const [, host, path] = ssh ?? web ?? []
  return host === undefined || path === undefined ? undefined : `https://${host}/${path}/commit/${commit}`
}

/** Where models were logged within the run's own files, as clients before 3.0 note it. */
export function modelPaths(tags: Tags): string[] {
  try {
    const history: unknown = JSON.parse(tags['mlflow.log-model.history'] ?? '[]')
    if (!Array.isArray(history)) return []
    const paths = history.flatMap((entry: unknown) => {
      if (typeof entry !== 'object' || entry === null || !('artifact_path' in entry)) return []
      return typeof entry.artifact_path === 'string' ? [entry.artifact_path] : []
    })
    return [...new Set(paths)]
  } catch {
    return []
  }
}
