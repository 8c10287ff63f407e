import { addressOf, createClient } from '../../src/client/client.ts'
import { api } from '../../src/contract/index.ts'

export { ApiError } from '../../src/client/client.ts'

/** Where the platform's pages and API begin: the server writes it into <base>. Ends with a slash. */
export const base = new URL(document.baseURI).pathname

export const client = createClient({ url: base })

/** Where the browser itself fetches a file of a run, logged model or model version; `inline` to show, not to save it. */
export function fileAddress(project: string, of: string, path: string, inline = false): string {
  const query = { of, path, ...(inline ? { inline } : {}) }
  return addressOf(base, api.artifacts.content, { params: { project }, query })
}

/** Where the log of a job is read from, on from `offset`; with `follow` it goes on until the job has ended. */
export function jobLogAddress(
  project: string,
  job: string,
  { follow, offset }: { follow: boolean; offset: number },
): string {
  const query = { ...(follow ? { follow } : {}), ...(offset > 0 ? { offset } : {}) }
  return addressOf(base, api.pipelines.log, { params: { project, job }, query })
}
