import { command, said } from '../command.ts'
import { saveStream } from '../files.ts'
import { ago, bytes, metrics, number, took } from '../format.ts'
import { facts, table } from '../table.ts'
import { paint, state } from '../terminal.ts'
import { runWatchCommands } from './runs-watch.ts'

const run = { name: 'run', summary: 'id of the run' } as const
const output = { summary: 'Where to write it; `-` is standard output', value: 'FILE', short: 'o' } as const

export const runCommands = [
  command({
    name: 'runs list',
    summary: 'Searches runs, newest first',
    options: {
      experiment: { summary: 'Only of this experiment (id)', value: 'ID' },
      filter: { summary: 'For example "metrics.accuracy > 0.9 and params.C = \'1\'"', value: 'FILTER' },
      order: { summary: 'For example "metrics.accuracy desc"', value: 'ORDER' },
      limit: { summary: 'How many', value: 'N', integer: true },
    },
    examples: ['slipway runs list --filter "metrics.accuracy > 0.95"'],
    async run({ place: { client, project }, options: { experiment, filter, order, limit } }) {
      const { runs } = await client.runs.list({
        params: { project },
        query: {
          limit: limit ?? 20,
          ...(experiment === undefined ? {} : { experiment }),
          ...(filter === undefined ? {} : { filter }),
          ...(order === undefined ? {} : { order }),
        },
      })
      return {
        data: runs,
        show: (terminal) =>
          table(terminal, runs, [
            { title: 'RUN', value: ({ id }) => id },
            { title: 'NAME', value: ({ name }) => name, flexible: true },
            { title: 'STATUS', value: ({ status }) => state(terminal, status) },
            { title: 'STARTED', value: ({ started_at }) => ago(started_at) },
            { title: 'TOOK', value: ({ started_at, ended_at }) => took(started_at, ended_at) },
            { title: 'METRICS', value: (each) => metrics(each.metrics), flexible: true },
          ]),
      }
    },
  }),
  command({
    name: 'runs show',
    summary: 'Shows a run with its parameters and metrics',
    arguments: [run],
    async run({ place: { client, project }, arguments: { run } }) {
      const detail = await client.runs.get({ params: { project, run } })
      return {
        data: detail,
        show(terminal) {
          const section = (title: string, values: Readonly<Record<string, string | undefined>>) =>
            `\n${paint(terminal, 'bold', title)}\n${facts(terminal, Object.entries(values))}`
          const latest = Object.entries(detail.metrics).map(([name, { value }]) => [name, number(value)])
          return [
            facts(terminal, [
              ['run', detail.id],
              ['name', detail.name],
              ['experiment', detail.experiment],
              ['status', state(terminal, detail.status)],
              ['user', detail.user],
              ['started', ago(detail.started_at)],
              ['took', took(detail.started_at, detail.ended_at)],
            ]),
            section('Parameters', detail.params),
            section('Metrics', Object.fromEntries(latest)),
            section('Tags', detail.tags),
          ].join('')
        },
      }
    },
  }),
  ...runWatchCommands,
  command({
    name: 'runs artifacts',
    summary: 'Lists the files of a run',
    arguments: [run, { name: 'path', summary: 'a directory', optional: true }],
    async run({ place: { client, project }, arguments: { run, path } }) {
      const { artifacts } = await client.runs.artifacts({
        params: { project, run },
        query: path === '' ? {} : { path },
      })
      return {
        data: artifacts,
        show: (terminal) =>
          table(terminal, artifacts, [
            {
              title: 'PATH',
              value: (each) => (each.directory ? `${each.path}/` : each.path),
              flexible: true,
            },
            { title: 'SIZE', value: ({ size }) => bytes(size) },
          ]),
      }
    },
  }),
  command({
    name: 'runs download',
    summary: 'Gets one file of a run',
    arguments: [run, { name: 'path', summary: 'the file, as `runs artifacts` shows it' }],
    options: { output },
    async run({ place: { client, project }, arguments: { run, path }, options, terminal, signal }) {
      const response = await client.runs.download({ params: { project, run }, query: { path } }, { signal })
      return saveStream(response, options.output ?? path.split('/').at(-1) ?? 'artifact', terminal)
    },
  }),
  command({
    name: 'runs delete',
    summary: 'Deletes a run; it can be restored',
    arguments: [run],
    run: async ({ place: { client, project }, arguments: { run } }) =>
      said(
        await client.runs.delete({ params: { project, run } }),
        `Deleted. \`slipway runs restore ${run}\` brings it back.`,
      ),
  }),
  command({
    name: 'runs restore',
    summary: 'Restores a deleted run',
    arguments: [run],
    run: async ({ place: { client, project }, arguments: { run } }) =>
      said(await client.runs.restore({ params: { project, run } }), 'It is back.'),
  }),
  command({
    name: 'runs experiments',
    summary: 'Lists experiments',
    async run({ place: { client, project } }) {
      const { experiments } = await client.experiments.list({ params: { project }, query: {} })
      return {
        data: experiments,
        show: (terminal) =>
          table(terminal, experiments, [
            { title: 'ID', value: ({ id }) => id },
            { title: 'NAME', value: ({ name }) => name, flexible: true },
            { title: 'RUNS', value: (each) => each.runs },
            { title: 'LAST RUN', value: ({ last_run_at }) => ago(last_run_at) },
          ]),
      }
    },
  }),
]
