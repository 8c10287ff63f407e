import { setTimeout as delay } from 'node:timers/promises'
import type { Client } from '../../client/client.ts'
import type { Sweep } from '../../contract/keeping.ts'
import { command, said } from '../command.ts'
import { ago, bytes } from '../format.ts'
import { facts, table } from '../table.ts'
import type { Terminal } from '../terminal.ts'

const reason = { summary: 'Why; it stands in the audit log', value: 'TEXT', required: true } as const

export const keepingCommands = [
  command({
    name: 'gc',
    summary: 'Frees what nothing refers to',
    options: { 'dry-run': { summary: 'Only say what would be freed' } },
    async run({ place: { client }, options, signal }) {
      const started = await client.sweeps.start({ body: { dry_run: options['dry-run'] === true } })
      const sweep = await ended(client, started, signal)
      return {
        data: sweep,
        exit: sweep.state === 'failed' || sweep.missing.length > 0 ? 1 : 0,
        show: (terminal) => showSweep(terminal, sweep),
      }
    },
  }),
  command({
    name: 'holds list',
    summary: 'Lists legal holds',
    options: { released: { summary: 'Also those that were released' } },
    async run({ place: { client, project }, options: { released } }) {
      const query = released === true ? { released: true } : {}
      const { holds } = await client.holds.list({ params: { project }, query })
      return {
        data: holds,
        show: (terminal) =>
          table(terminal, holds, [
            { title: 'HOLD', value: ({ id }) => id },
            { title: 'OF', value: ({ of }) => of, flexible: true },
            { title: 'REASON', value: (hold) => hold.reason, flexible: true },
            { title: 'BY', value: ({ placed_by }) => placed_by },
            { title: 'SINCE', value: ({ placed_at }) => ago(placed_at) },
            { title: 'RELEASED', value: ({ released_at }) => (released_at === null ? '' : ago(released_at)) },
          ]),
      }
    },
  }),
  command({
    name: 'holds place',
    summary: 'Keeps a run, experiment or model version from being deleted',
    arguments: [{ name: 'of', summary: '`runs/<run>`, `experiments/<id>` or `models/<name>/<version>`' }],
    options: { reason },
    examples: ['slipway holds place models/digits/3 --reason "case 12"'],
    run: async ({ place: { client, project }, arguments: { of }, options }) =>
      said(
        await client.holds.place({ params: { project }, body: { of, reason: options.reason } }),
        `${of} can't be deleted until the hold is released.`,
      ),
  }),
  command({
    name: 'holds release',
    summary: 'Releases a legal hold',
    arguments: [{ name: 'hold', summary: 'id of the hold' }],
    options: { reason },
    run: async ({ place: { client, project }, arguments: { hold }, options }) =>
      said(
        await client.holds.release({ params: { project, hold }, body: { reason: options.reason } }),
        'Released.',
      ),
  }),
]

async function ended(client: Client, started: Sweep, signal: AbortSignal): Promise<Sweep> {
  let sweep = started
  while (sweep.state === 'running') {
    await delay(300, undefined, { signal })
    sweep = await client.sweeps.get({ params: { sweep: sweep.id } })
  }
  return sweep
}

function showSweep(terminal: Terminal, sweep: Sweep): string {
  const amount = ({ blobs, bytes: size }: { blobs: number; bytes: number }) =>
    `${blobs} blobs, ${bytes(size)}`
  return facts(terminal, [
    ['stored', amount(sweep.stored)],
    ['garbage', amount(sweep.garbage)],
    [sweep.dry_run ? 'would be freed' : 'freed', amount(sweep.freed)],
    ['missing', sweep.missing.length === 0 ? undefined : sweep.missing.join(' ')],
    ['failed', sweep.error ?? undefined],
  ])
}
