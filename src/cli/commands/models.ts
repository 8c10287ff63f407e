import { command, said } from '../command.ts'
import { saveStream } from '../files.ts'
import { ago, bytes, metrics, number } from '../format.ts'
import { facts, table } from '../table.ts'
import { UsageError } from '../usage.ts'

const model = { name: 'model', summary: 'name of the model' } as const
const version = { name: 'version', summary: 'a number, an alias or `latest`' } as const

const aliasOption = { summary: 'Another alias than `champion`', value: 'ALIAS' } as const

function numberOf(version: string, verb: string): number {
  if (/^\d{1,9}$/.test(version)) return Number(version)
  throw new UsageError(`\`${version}\` is not a version number.`, `slipway models ${verb} --help`)
}

export const modelCommands = [
  command({
    name: 'models list',
    summary: 'Lists registered models',
    async run({ place: { client, project } }) {
      const { models } = await client.models.list({ params: { project }, query: { limit: 1000 } })
      return {
        data: models,
        show: (terminal) =>
          table(
            terminal,
            models,
            [
              { title: 'MODEL', value: ({ name }) => name, flexible: true },
              { title: 'VERSIONS', value: ({ versions }) => versions },
              {
                title: 'ALIASES',
                value: ({ aliases }) => aliases.map((each) => `${each.alias}=${each.version}`).join(' '),
              },
              { title: 'METRICS', value: ({ latest }) => metrics(latest?.metrics ?? {}), flexible: true },
              { title: 'CHANGED', value: ({ updated_at }) => ago(updated_at) },
            ],
            'No models yet. Lines register them, and so does `slipway models register`.',
          ),
      }
    },
  }),
  command({
    name: 'models versions',
    summary: 'Lists the versions of a model',
    arguments: [model],
    async run({ place: { client, project }, arguments: { model } }) {
      const { versions } = await client.models.versions({ params: { project, model }, query: { limit: 100 } })
      return {
        data: versions,
        show: (terminal) =>
          table(terminal, versions, [
            { title: 'VERSION', value: (each) => each.version },
            { title: 'ALIASES', value: ({ aliases }) => aliases.join(' ') },
            { title: 'METRICS', value: (each) => metrics(each.metrics), flexible: true },
            { title: 'SIZE', value: ({ size }) => bytes(size) },
            { title: 'SERVABLE', value: ({ servable }) => (servable ? 'yes' : 'no') },
            { title: 'BY', value: ({ created_by }) => created_by },
            { title: 'MADE', value: ({ created_at }) => ago(created_at) },
          ]),
      }
    },
  }),
  command({
    name: 'models show',
    summary: 'Shows a version with files, signature and evaluations',
    arguments: [model, { ...version, optional: true }],
    async run({ place: { client, project }, arguments: { model, version } }) {
      const shown = await client.models.version({ params: { project, model, version: version || 'latest' } })
      return {
        data: shown,
        show: (terminal) =>
          [
            facts(terminal, [
              ['model', `${shown.model} v${shown.version}`],
              ['aliases', shown.aliases.join(' ')],
              ['run', shown.run_id],
              ['dataset', shown.lineage.dataset],
              ['metrics', metrics(shown.metrics)],
              [
                'inputs',
                shown.signature?.inputs
                  .map((each) => `${each.name} ${each.datatype} [${each.shape.join(', ')}]`)
                  .join('; '),
              ],
              [
                'outputs',
                shown.signature?.outputs
                  .map((each) => `${each.name} ${each.datatype} [${each.shape.join(', ')}]`)
                  .join('; '),
              ],
              ['made', `${ago(shown.created_at)} by ${shown.created_by}`],
            ]),
            '\n',
            table(terminal, shown.files, [
              { title: 'FILE', value: ({ path }) => path, flexible: true },
              { title: 'SIZE', value: ({ size }) => bytes(size) },
              { title: 'SHA-256', value: ({ digest }) => digest },
            ]),
            '\n',
            table(
              terminal,
              shown.evaluations,
              [
                { title: 'EVALUATED', value: ({ created_at }) => ago(created_at) },
                { title: 'BY', value: ({ source }) => source },
                { title: 'ON', value: ({ dataset }) => dataset },
                { title: 'METRICS', value: (each) => metrics(each.metrics), flexible: true },
              ],
              'Not evaluated.',
            ),
          ].join(''),
      }
    },
  }),
  command({
    name: 'models compare',
    summary: 'Shows two versions side by side',
    arguments: [model, { name: 'a', summary: 'a version' }, { name: 'b', summary: 'another version' }],
    async run({ place: { client, project }, arguments: { model, a, b } }) {
      const compared = await client.models.compare({ params: { project, model }, query: { a, b } })
      const rows = [
        ...compared.metrics.map((each) => ({
          ...each,
          a: number(each.a),
          b: number(each.b),
          what: 'metric',
        })),
        ...compared.params.map((each) => ({ ...each, what: 'param' })),
      ]
      const { compatible, reasons } = compared.signature
      return {
        data: compared,
        show: (terminal) =>
          `${table(terminal, rows, [
            { title: '', value: ({ what }) => what },
            { title: 'KEY', value: ({ key }) => key, flexible: true },
            { title: `v${compared.a.version}`, value: (row) => row.a },
            { title: `v${compared.b.version}`, value: (row) => row.b },
          ])}\n${compatible ? 'Callers of one can call the other unchanged.' : `Callers must change: ${reasons.join('; ')}.`}\n`,
      }
    },
  }),
  command({
    name: 'models register',
    summary: 'Registers the files of a run as a new version',
    arguments: [model],
    options: {
      run: { summary: 'The run that made it', value: 'ID', required: true },
      path: { summary: 'The directory or file in the run; default: all', value: 'PATH' },
    },
    async run({ place: { client, project }, arguments: { model }, options }) {
      const body = {
        run_id: options.run ?? '',
        ...(options.path === undefined ? {} : { path: options.path }),
      }
      const made = await client.models.register({ params: { project, model }, body })
      return said(made, `Registered ${made.model} v${made.version}.`)
    },
  }),
  command({
    name: 'models alias',
    summary: 'Points an alias at a version',
    arguments: [
      model,
      { name: 'alias', summary: 'the alias, for example champion' },
      { name: 'version', summary: 'a number' },
    ],
    async run({ place: { client, project }, arguments: { model, alias, version } }) {
      const changed = await client.models.setAlias({
        params: { project, model, alias },
        body: { version: numberOf(version, 'alias') },
      })
      return said(changed, `${model}@${alias} is v${version}.`)
    },
  }),
  command({
    name: 'models promote',
    summary: 'Makes a version the champion: what lines and clients take that ask for no number',
    arguments: [model, { ...version, optional: true }],
    options: { alias: aliasOption },
    examples: ['slipway models promote digits 7', 'slipway models promote digits candidate --alias champion'],
    async run({ place: { client, project }, arguments: { model, version }, options }) {
      const found = await client.models.version({ params: { project, model, version: version || 'latest' } })
      const alias = options.alias ?? 'champion'
      const body = { version: found.version }
      const changed = await client.models.setAlias({ params: { project, model, alias }, body })
      return said(changed, `${model}@${alias} is v${found.version}. It deploys nothing by itself.`)
    },
  }),
  command({
    name: 'models rollback',
    summary: 'Points an alias back at the version before',
    arguments: [
      model,
      { name: 'version', summary: 'an older number; default: the one before', optional: true },
    ],
    options: { alias: aliasOption },
    async run({ place: { client, project }, arguments: { model, version }, options }) {
      const alias = options.alias ?? 'champion'
      const body = version === '' ? {} : { version: numberOf(version, 'rollback') }
      const changed = await client.models.rollBack({ params: { project, model, alias }, body })
      const now = changed.aliases.find((each) => each.alias === alias)
      return said(changed, `${model}@${alias} is v${now?.version} again.`)
    },
  }),
  command({
    name: 'models unalias',
    summary: 'Removes an alias',
    arguments: [model, { name: 'alias', summary: 'the alias' }],
    run: async ({ place: { client, project }, arguments: { model, alias } }) =>
      said(
        await client.models.deleteAlias({ params: { project, model, alias } }),
        `${model}@${alias} is gone.`,
      ),
  }),
  command({
    name: 'models download',
    summary: 'Gets one file of a version',
    arguments: [model, version, { name: 'path', summary: 'the file, as `models show` names it' }],
    options: { output: { summary: 'Where to write it; `-` is standard output', value: 'FILE', short: 'o' } },
    async run({
      place: { client, project },
      arguments: { model, version, path },
      options,
      terminal,
      signal,
    }) {
      const response = await client.models.download(
        { params: { project, model, version }, query: { path } },
        { signal },
      )
      return saveStream(response, options.output ?? path.split('/').at(-1) ?? 'model', terminal)
    },
  }),
]
