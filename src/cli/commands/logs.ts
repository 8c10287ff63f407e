import type { Client } from '../../client/client.ts'
import { ApiError } from '../../client/failure.ts'
import type { PipelineRun } from '../../contract/pipelines.ts'
import { command } from '../command.ts'
import { UsageError } from '../usage.ts'

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** The job whose log is meant: by its own id, or the newest of a pipeline run or of a line's last cycle. */
async function findJob(client: Client, project: string, what: string): Promise<string> {
  if (!uuid.test(what)) {
    const line = await client.lines.get({ params: { project, line: what } })
    const pipelineRun = line.cycles.find(({ pipeline_run_id }) => pipeline_run_id !== null)?.pipeline_run_id
    if (pipelineRun == null)
      throw new UsageError(`The line \`${what}\` has run nothing yet.`, `slipway status ${what}`)
    return newestJob(await client.pipelines.get({ params: { project, pipeline_run: pipelineRun } }))
  }
  const run = await client.pipelines
    .get({ params: { project, pipeline_run: what } })
    .catch((thrown: unknown) => {
      if (thrown instanceof ApiError && thrown.status === 404) return undefined
      throw thrown
    })
  return run === undefined ? what : newestJob(run)
}

function newestJob(run: PipelineRun): string {
  const jobs = run.steps.flatMap((step) => step.jobs).filter(({ started_at }) => started_at !== null)
  const newest = jobs.reduce<(typeof jobs)[number] | undefined>(
    (best, job) => ((job.started_at ?? '') >= (best?.started_at ?? '') ? job : best),
    undefined,
  )
  if (newest === undefined)
    throw new UsageError(`No job of ${run.name} has started yet.`, `slipway pipelines show ${run.id}`)
  return newest.id
}

export const logCommands = [
  command({
    name: 'logs',
    summary: 'Shows the log of a job',
    arguments: [{ name: 'what', summary: 'a job, a pipeline run, or a line (its newest job)' }],
    options: { follow: { summary: 'Go on until the job has ended', short: 'f' } },
    examples: ['slipway logs digit-reader --follow'],
    async run({ place: { client, project }, arguments: { what }, options: { follow }, signal }) {
      const job = await findJob(client, project, what)
      const response = await client.pipelines.log({ params: { project, job }, query: { follow } }, { signal })
      return { stream: response.body ?? (async function* () {})() }
    },
  }),
]
