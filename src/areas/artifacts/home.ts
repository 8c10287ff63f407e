import { fileURLToPath } from 'node:url'
import { SlipwayError } from '../../base/error.ts'
import type { ArtifactRoot } from '../../config/index.ts'
import { climbs, isLocal, parseLocation } from './location.ts'

/** Which of what clients were told of the places of artifacts the platform can open itself. */
export interface Homes {
  /**
   * The path at which the platform keeps the files of a run or logged model: of one below the operator's root, the path
   * from there. Undefined when a client keeps them elsewhere.
   */
  pathOf(uri: string): string | undefined
  /** Like `pathOf`; fails with `wrong_state` when the files are elsewhere. */
  ownPath(uri: string): string
}

/** Within a root that all projects share, all but the default one have a directory of their own. */
export const sharedDirectory = 'workspaces'
const unshared = 'default'

export function createHomes(root: ArtifactRoot): Homes {
  function pathOf(uri: string): string | undefined {
    const named = /^mlflow-artifacts:\/+([^/].*)$/.exec(uri)?.[1]
    if (named !== undefined) return named
    if (root.kind === 'directory') return below(root.path, uri)
    if (root.kind === 'proxy' && uri.startsWith(`${root.uri}/`) && !climbs(uri))
      return uri.slice(root.uri.length + 1)
    return undefined
  }
  return {
    pathOf,
    ownPath(uri) {
      const path = pathOf(uri)
      if (path !== undefined) return path
      throw new SlipwayError('wrong_state', `These files are not kept by the platform but at ${uri}`)
    },
  }
}

/** What locations of new experiments of a project begin with, without a slash at its end. */
export function homeOf(root: ArtifactRoot, project: string): string {
  const own = root.kind === 'proxy' || project === unshared
  return own ? root.uri : `${root.uri}/${sharedDirectory}/${project}`
}

/** A project's path as a path of the root that all projects share. Fails for another project's. */
export function sharedPath(project: string, path: string): string {
  const [first, owner] = path.split('/')
  if (first === sharedDirectory && owner === project && project !== unshared) return path
  if (first !== sharedDirectory)
    return project === unshared ? path : [sharedDirectory, project, path].filter(Boolean).join('/')
  throw new SlipwayError(
    'invalid_argument',
    owner === undefined
      ? "Artifact paths prefixed with 'workspaces/' must include a workspace name."
      : `Artifact path targets workspace '${owner}' but the workspace specified in the request is '${project}'.`,
  )
}

function below(root: string, uri: string): string | undefined {
  if (!isLocal(uri) || climbs(uri)) return undefined
  const path = localPath(uri)?.replace(/\/+/g, '/').replace(/\/$/, '')
  return path?.startsWith(`${root}/`) ? path.slice(root.length + 1) : undefined
}

function localPath(uri: string): string | undefined {
  if (parseLocation(uri).scheme === '') return uri
  try {
    return fileURLToPath(uri)
  } catch {
    return undefined
  }
}
