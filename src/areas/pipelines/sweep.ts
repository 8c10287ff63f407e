import type { PipelineDeps } from './deps.ts'
import { overJobs } from './reader.ts'

const jobName = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/**
 * Frees the directories of jobs that are over: of those whose end was taken over just before the platform was killed, and
 * of those that are unknown by now because their line was deleted; what still runs of these is stopped.
 */
export async function sweepJobs({ store, engine, log }: PipelineDeps): Promise<void> {
  // Listed first: a job has its row before it has its directory.
  const handles = new Map(
    (await engine.jobs()).flatMap((handle) => (jobName.test(handle.name) ? [[handle.name, handle]] : [])),
  )
  for (const id of await overJobs(store.read, [...handles.keys()])) {
    const handle = handles.get(id)
    if (handle === undefined) continue
    await engine.cancel(handle)
    await engine.remove(handle)
    log.info('jobs.swept', { job: id })
  }
}
