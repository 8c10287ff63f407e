import type { NewLabel } from '../../contract/labels.ts'
import { command, said } from '../command.ts'
import { readText } from '../files.ts'
import { ago, number, percent } from '../format.ts'
import { facts, table } from '../table.ts'
import { UsageError } from '../usage.ts'

const deployment = { name: 'deployment', summary: 'name of the deployment' } as const
/** As many as one call takes. */
const batch = 10_000
const help = 'slipway labels send --help'

/** One label a line, in JSON. */
function parseLines(text: string): NewLabel[] {
  return text.split('\n').flatMap((line, at) => {
    if (line.trim() === '') return []
    try {
      return [JSON.parse(line) as NewLabel]
    } catch {
      throw new UsageError(`Line ${at + 1} is not JSON.`, help)
    }
  })
}

/** 7, true and text are what they look like. */
function scalar(text: string): string | number | boolean {
  if (text === 'true' || text === 'false') return text === 'true'
  return text !== '' && Number.isFinite(Number(text)) ? Number(text) : text
}

export const labelCommands = [
  command({
    name: 'labels send',
    summary: 'Says what turned out to be true of predictions',
    arguments: [deployment, { name: 'value', summary: 'the true value', optional: true }],
    options: {
      prediction: { summary: 'Id of the prediction (header slipway-prediction-id)', value: 'ID' },
      request: { summary: "The caller's own id of the request", value: 'ID' },
      row: { summary: 'The row in the request; default 0', value: 'N', integer: true },
      file: {
        summary: 'Many at once: a file of one JSON object a line; `-` is standard input',
        value: 'FILE',
      },
    },
    examples: [
      'slipway labels send digit-reader 7 --prediction 0197…',
      'slipway labels send digit-reader --file labels.jsonl   # {"request_id": "a-1", "value": 7}',
    ],
    async run({ place: { client, project }, arguments: { deployment, value }, options, terminal }) {
      if (options.file !== undefined) {
        const all = parseLines(
          options.file === '-' ? await terminal.read() : readText(terminal, options.file),
        )
        let accepted = 0
        for (let at = 0; at < all.length; at += batch) {
          const labels = all.slice(at, at + batch)
          accepted += (await client.labels.create({ params: { project, deployment }, body: { labels } }))
            .accepted
        }
        return said({ accepted }, `Sent ${accepted} labels.`)
      }
      if (value === '' || (options.prediction === undefined) === (options.request === undefined)) {
        throw new UsageError('Give a value with either --prediction or --request, or a --file.', help)
      }
      const label: NewLabel = {
        value: scalar(value),
        ...(options.prediction === undefined ? {} : { prediction_id: options.prediction }),
        ...(options.request === undefined ? {} : { request_id: options.request }),
        ...(options.row === undefined ? {} : { row: options.row }),
      }
      return said(
        await client.labels.create({ params: { project, deployment }, body: { labels: [label] } }),
        'Sent.',
      )
    },
  }),
  command({
    name: 'labels coverage',
    summary: 'Shows how many predictions have a label',
    arguments: [deployment],
    options: { hours: { summary: 'Of the last so many; default 24', value: 'N', integer: true } },
    async run({ place: { client, project }, arguments: { deployment }, options: { hours } }) {
      const coverage = await client.labels.coverage({
        params: { project, deployment },
        query: hours === undefined ? {} : { hours },
      })
      return {
        data: coverage,
        show: (terminal) =>
          `${facts(terminal, [
            ['predicted', number(coverage.total.rows)],
            ['labelled', `${number(coverage.total.labelled)} (${percent(coverage.total.share) ?? '–'})`],
            ['received', `${number(coverage.received)}, last ${ago(coverage.last_received_at) ?? 'never'}`],
          ])}\n${table(terminal, coverage.hours, [
            { title: 'HOUR', value: ({ hour }) => hour.slice(0, 16) },
            { title: 'PREDICTED', value: ({ rows }) => rows },
            { title: 'LABELLED', value: ({ labelled }) => labelled },
            { title: 'SHARE', value: ({ share }) => percent(share) },
          ])}`,
      }
    },
  }),
]
