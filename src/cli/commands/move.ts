import { resolve } from 'node:path'
import { type Command, command, type Outcome, type Place } from '../command.ts'
import { openArchive } from '../move/archive/read.ts'
import { writeArchive } from '../move/archive/write.ts'
import { copyAll } from '../move/copy.ts'
import { openServer } from '../move/mlflow/server.ts'
import { openMlflow } from '../move/open.ts'
import type { Source } from '../move/source.ts'
import { createTally, type Tally } from '../move/tally.ts'
import { openTarget } from '../move/target.ts'
import { type Verdict, verify } from '../move/verify.ts'
import { table } from '../table.ts'
import type { Terminal } from '../terminal.ts'
import { UsageError } from '../usage.ts'

const artifacts = {
  summary: 'Where a server keeps artifacts, when its database is read: its --artifacts-destination',
  value: 'DIRECTORY',
} as const

export const moveCommands: readonly Command[] = [
  command({
    name: 'import',
    summary: 'Copies what an MLflow server or an archive has; run again, it goes on',
    arguments: [
      { name: 'what', summary: '`mlflow`, or an archive that `slipway export` wrote' },
      { name: 'uri', summary: 'of MLflow: http(s)://, sqlite:/// or postgresql://', optional: true },
    ],
    options: {
      artifacts,
      verify: { summary: 'Copy nothing; compare source and copy, every point and byte' },
      again: { summary: 'Look again at what was copied before' },
    },
    examples: [
      'slipway import mlflow http://mlflow.example.org:5000',
      'slipway import mlflow sqlite:///mlflow.db --artifacts ./mlartifacts',
      'slipway import tracked.tar',
    ],
    async run({ arguments: { what, uri }, options, place, terminal, signal }) {
      const tally = createTally(terminal)
      await using source =
        what === 'mlflow'
          ? await openMlflow({ uri: addressOf(uri), artifacts: options.artifacts, signal }, terminal, tally)
          : await openArchive(resolve(terminal.directory, what))
      const target = await openTarget(place.client, place.project, source.name)
      if (options.verify) {
        await using copy = serverOf(place, signal)
        return verdictOf(await verify(source, copy, (await target.copied()).experiments))
      }
      await copyAll({ source, target, tally, again: options.again })
      tally.end()
      return reportOf(source, tally)
    },
  }),
  command({
    name: 'export',
    summary: 'Writes experiments, runs, models and their files into one archive in an open format',
    arguments: [{ name: 'file', summary: 'the archive to write' }],
    options: {
      from: { summary: 'An address of MLflow instead of this platform', value: 'URI' },
      artifacts,
    },
    examples: ['slipway export tracked.tar', 'slipway export tracked.tar --from sqlite:///mlflow.db'],
    async run({ arguments: { file }, options, place, terminal, signal }) {
      const tally = createTally(terminal)
      const path = resolve(terminal.directory, file)
      await using source =
        options.from === undefined
          ? serverOf(place, signal)
          : await openMlflow({ uri: options.from, artifacts: options.artifacts, signal }, terminal, tally)
      await writeArchive(source, path, tally)
      tally.end()
      const { counts } = tally.report()
      return { data: { file: path, ...counts }, show: () => `Wrote ${path}: ${tally.sentence()}.\n` }
    },
  }),
]

function addressOf(uri: string | undefined): string {
  if (uri !== undefined && uri !== '') return uri
  throw new UsageError('An address of MLflow is missing.', 'slipway import --help')
}

/** The platform itself, read as any client of MLflow reads it. */
function serverOf({ url, project, credential }: Place, signal: AbortSignal): Source {
  return openServer({
    url,
    name: `${url} ${project}`,
    signal,
    ...(credential.token === undefined ? {} : { authorization: `Bearer ${credential.token}` }),
    ...(project === 'default' ? {} : { headers: { 'x-mlflow-workspace': project } }),
  })
}

function reportOf(source: Source, tally: Tally): Outcome {
  const { counts, moved, failures } = tally.report()
  return {
    data: { source: source.name, counts, moved, failures },
    show: () =>
      [
        `Copied from ${source.name}: ${tally.sentence()}.`,
        ...moved.map(
          ({ kind, name, from, to }) => `${kind} ${from} (${name}) is ${to} here: its number was taken.`,
        ),
        ...failures.map((text) => `Not copied: ${text}`),
        '',
      ].join('\n'),
    exit: failures.length === 0 ? 0 : 1,
  }
}

function verdictOf(verdict: Verdict): Outcome {
  const { counts, differences } = verdict
  return {
    data: verdict,
    show: (terminal: Terminal) =>
      [
        table(terminal, counts, [
          { title: 'KIND', value: ({ kind }) => kind },
          { title: 'SOURCE', value: ({ source }) => source },
          { title: 'COPY', value: ({ copy }) => copy },
        ]),
        ...differences.slice(0, 50).map((text) => `${text}\n`),
        differences.length === 0 ? 'Source and copy are the same.\n' : `${differences.length} differences.\n`,
      ].join(''),
    exit: differences.length === 0 ? 0 : 1,
  }
}
