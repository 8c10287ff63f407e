import { SlipwayError } from '../../base/error.ts'

/** Where the platform keeps the files of a run or logged model, or undefined when a client keeps them elsewhere. */
export function artifactRoot(uri: string): string | undefined {
  return /^mlflow-artifacts:\/+([^/].*)$/.exec(uri)?.[1]
}

/** Like `artifactRoot`; fails with `wrong_state` when the files are elsewhere. */
export function ownArtifacts(uri: string): string {
  const root = artifactRoot(uri)
  if (root !== undefined) return root
  throw new SlipwayError('wrong_state', `These files are not kept by the platform but at ${uri}`)
}
