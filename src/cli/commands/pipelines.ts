import { command, said } from '../command.ts'
import { ago, bytes, took } from '../format.ts'
import { facts, table } from '../table.ts'
import { state } from '../terminal.ts'

const pipelineRun = { name: 'pipeline_run', summary: 'id of the pipeline run' } as const

export const pipelineCommands = [
  command({
    name: 'pipelines list',
    summary: 'Lists pipeline runs, newest first',
    options: { limit: { summary: 'How many', value: 'N', integer: true } },
    async run({ place: { client, project }, options: { limit } }) {
      const { pipeline_runs } = await client.pipelines.list({
        params: { project },
        query: { limit: limit ?? 20 },
      })
      return {
        data: pipeline_runs,
        show: (terminal) =>
          table(terminal, pipeline_runs, [
            { title: 'ID', value: ({ id }) => id },
            { title: 'NAME', value: ({ name }) => name, flexible: true },
            { title: 'STATE', value: (run) => state(terminal, run.state) },
            { title: 'STARTED', value: ({ created_at }) => ago(created_at) },
            { title: 'TOOK', value: ({ created_at, ended_at }) => took(created_at, ended_at) },
            { title: 'FAILURE', value: ({ failure }) => failure?.message, flexible: true },
          ]),
      }
    },
  }),
  command({
    name: 'pipelines show',
    summary: 'Shows a pipeline run with its steps and jobs',
    arguments: [pipelineRun],
    async run({ place: { client, project }, arguments: { pipeline_run } }) {
      const run = await client.pipelines.get({ params: { project, pipeline_run } })
      return {
        data: run,
        show: (terminal) =>
          `${facts(terminal, [
            ['name', run.name],
            ['state', state(terminal, run.state)],
            ['started', ago(run.created_at)],
            ['failure', run.failure && `${run.failure.message} ${run.failure.remedy}`],
          ])}\n${table(terminal, run.steps, [
            { title: 'STEP', value: ({ name }) => name },
            { title: 'STATE', value: (step) => state(terminal, step.state) },
            { title: 'JOB', value: ({ jobs }) => jobs.at(-1)?.id },
            { title: 'TRIES', value: ({ jobs }) => jobs.length },
            { title: 'MEMORY', value: ({ jobs }) => bytes(jobs.at(-1)?.peak_bytes) },
            { title: 'TOOK', value: ({ started_at, ended_at }) => took(started_at, ended_at) },
            { title: 'FAILURE', value: ({ failure }) => failure?.message, flexible: true },
          ])}`,
      }
    },
  }),
  command({
    name: 'pipelines cancel',
    summary: 'Stops a pipeline run and its jobs',
    arguments: [pipelineRun],
    run: async ({ place: { client, project }, arguments: { pipeline_run } }) =>
      said(await client.pipelines.cancel({ params: { project, pipeline_run } }), 'It is being stopped.'),
  }),
]
