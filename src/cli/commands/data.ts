import { basename } from 'node:path'
import type { CheckReport, DatasetVersion } from '../../contract/data.ts'
import { command } from '../command.ts'
import { openUpload, readText } from '../files.ts'
import { ago, bytes, number, percent } from '../format.ts'
import { facts, table } from '../table.ts'
import { paint, type Terminal } from '../terminal.ts'

const dataset = { name: 'dataset', summary: 'name of the dataset' } as const
const version = { name: 'version', summary: 'a number; default: the latest', optional: true } as const

function showVersion(terminal: Terminal, shown: DatasetVersion): string {
  const about = facts(terminal, [
    ['dataset', `${shown.dataset} v${shown.version}`],
    ['rows', number(shown.rows)],
    ['size', bytes(shown.bytes)],
    ['digest', shown.digest],
    [
      'from',
      `${shown.source.kind} by ${shown.source.by}: ${shown.source.files.map(({ filename }) => filename).join(', ')}`,
    ],
    ['made', ago(shown.created_at)],
  ])
  const columns = table(terminal, shown.profile.columns, [
    { title: 'COLUMN', value: ({ name }) => name, flexible: true },
    { title: 'TYPE', value: ({ type }) => type },
    { title: 'MISSING', value: ({ nulls }) => percent(shown.rows === 0 ? 0 : nulls / shown.rows) },
    { title: 'DISTINCT', value: ({ distinct }) => distinct },
    { title: 'MIN', value: ({ numeric }) => number(numeric?.min) },
    { title: 'MEAN', value: ({ numeric }) => number(numeric?.mean) },
    { title: 'MAX', value: ({ numeric }) => number(numeric?.max) },
    {
      title: 'MOST',
      value: ({ values }) =>
        values
          ?.slice(0, 3)
          .map(({ value }) => value)
          .join(', '),
      flexible: true,
    },
  ])
  return `${about}\n${columns}`
}

function showReport(terminal: Terminal, report: CheckReport): string {
  const verdict = report.passed ? paint(terminal, 'green', 'passed') : paint(terminal, 'red', 'failed')
  return `${table(terminal, report.results, [
    {
      title: '',
      value: ({ passed }) => (passed ? paint(terminal, 'green', '✓') : paint(terminal, 'red', '✗')),
    },
    { title: 'CHECK', value: ({ check }) => check, flexible: true },
    { title: 'SEVERITY', value: ({ severity }) => severity },
    {
      title: 'OBSERVED',
      value: ({ observed }) => (typeof observed === 'number' ? number(observed) : observed),
    },
    { title: '', value: ({ passed, message }) => (passed ? '' : message), flexible: true },
  ])}\nThe checks ${verdict}.\n`
}

export const dataCommands = [
  command({
    name: 'data list',
    summary: 'Lists datasets',
    async run({ place: { client, project } }) {
      const { datasets } = await client.datasets.list({ params: { project }, query: { limit: 1000 } })
      return {
        data: datasets,
        show: (terminal) =>
          table(
            terminal,
            datasets,
            [
              { title: 'DATASET', value: ({ name }) => name },
              { title: 'VERSIONS', value: ({ versions }) => versions },
              { title: 'ROWS', value: ({ latest }) => latest?.rows },
              { title: 'SIZE', value: ({ latest }) => bytes(latest?.bytes) },
              { title: 'CHANGED', value: ({ latest }) => ago(latest?.created_at) },
              { title: 'DESCRIPTION', value: ({ description }) => description, flexible: true },
            ],
            'No datasets yet. `slipway data upload <dataset> <file.csv>` makes one.',
          ),
      }
    },
  }),
  command({
    name: 'data show',
    summary: 'Shows a version of a dataset with its profile',
    arguments: [dataset, version],
    async run({ place: { client, project }, arguments: { dataset, version } }) {
      const shown = await client.datasetVersions.get({
        params: { project, dataset, version: version || 'latest' },
      })
      return { data: shown, show: (terminal) => showVersion(terminal, shown) }
    },
  }),
  command({
    name: 'data versions',
    summary: 'Lists the versions of a dataset',
    arguments: [dataset],
    async run({ place: { client, project }, arguments: { dataset } }) {
      const { versions } = await client.datasetVersions.list({
        params: { project, dataset },
        query: { limit: 100 },
      })
      return {
        data: versions,
        show: (terminal) =>
          table(terminal, versions, [
            { title: 'VERSION', value: (each) => each.version },
            { title: 'ROWS', value: ({ rows }) => rows },
            { title: 'SIZE', value: (each) => bytes(each.bytes) },
            { title: 'MODE', value: ({ mode }) => mode },
            { title: 'FROM', value: ({ source }) => `${source.kind} by ${source.by}`, flexible: true },
            { title: 'MADE', value: ({ created_at }) => ago(created_at) },
          ]),
      }
    },
  }),
  command({
    name: 'data upload',
    summary: 'Makes a version of a CSV or Parquet file; makes the dataset when it is new',
    arguments: [dataset, { name: 'file', summary: 'the file' }],
    options: {
      mode: {
        summary: 'Add to the latest version, or start afresh',
        value: 'MODE',
        choices: ['append', 'replace'],
      },
      key: { summary: 'Sending again with the same key makes nothing new', value: 'KEY' },
    },
    examples: [
      'slipway data upload digits ./day-1.csv',
      'slipway data upload digits ./all.parquet --mode replace',
    ],
    async run({ place: { client, project }, arguments: { dataset, file }, options, terminal, signal }) {
      const mode = options.mode as 'append' | 'replace' | undefined
      const made = await client.datasetVersions.upload(
        {
          params: { project, dataset },
          query: {
            filename: basename(file),
            ...(mode === undefined ? {} : { mode }),
            ...(options.key === undefined ? {} : { key: options.key }),
          },
          body: openUpload(terminal, file),
        },
        { signal },
      )
      return { data: made, show: (screen) => showVersion(screen, made) }
    },
  }),
  command({
    name: 'data rows',
    summary: 'Shows some rows',
    arguments: [dataset, version],
    options: { limit: { summary: 'How many', value: 'N', integer: true } },
    async run({ place: { client, project }, arguments: { dataset, version }, options: { limit } }) {
      const page = await client.datasetVersions.rows({
        params: { project, dataset, version: version || 'latest' },
        query: { limit: limit ?? 10 },
      })
      return {
        data: page,
        show: (terminal) =>
          table(
            terminal,
            page.rows,
            page.columns.map(({ name }, at) => ({
              title: name,
              value: (row) => cell(row[at]),
              flexible: true,
            })),
          ),
      }
    },
  }),
  command({
    name: 'data check',
    summary: 'Runs checks on a version and keeps the report',
    arguments: [dataset, { name: 'checks', summary: 'a checks.yaml' }, version],
    async run({ place: { client, project }, arguments: { dataset, checks, version }, terminal }) {
      const report = await client.datasetVersions.check({
        params: { project, dataset, version: version || 'latest' },
        body: { checks: readText(terminal, checks) },
      })
      return { data: report, show: (screen) => showReport(screen, report), exit: report.passed ? 0 : 1 }
    },
  }),
]

function cell(value: unknown): string | number | null {
  return typeof value === 'number' || value === null
    ? value
    : typeof value === 'string'
      ? value
      : JSON.stringify(value)
}
