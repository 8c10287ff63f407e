import type { Decision, LineDetail, LineSummary } from '../../contract/lines.ts'
import { command, type Outcome, said } from '../command.ts'
import { ago, metrics, number, percent, took } from '../format.ts'
import { facts, table } from '../table.ts'
import { paint, state, type Terminal } from '../terminal.ts'

const line = { name: 'line', summary: 'name of the line' } as const

export function showLines(terminal: Terminal, lines: readonly LineSummary[]): string {
  return table(
    terminal,
    lines,
    [
      { title: 'LINE', value: ({ name }) => name },
      { title: 'HEALTH', value: ({ health }) => state(terminal, health) },
      { title: 'MODEL', value: ({ model }) => model && `${model.name} v${model.version}` },
      { title: 'CYCLE', value: ({ cycle }) => cycle && `#${cycle.number} ${state(terminal, cycle.state)}` },
      {
        title: 'PERFORMANCE',
        value: ({ performance }) => performance && `${performance.metric} ${number(performance.value)}`,
      },
      {
        title: 'DRIFT',
        value: ({ drift }) => drift && `${percent(drift.share)}${drift.drifted ? ' drifted' : ''}`,
      },
      { title: 'ALERTS', value: ({ open_alerts }) => open_alerts },
      { title: 'REQ/MIN', value: ({ requests_last_minute }) => requests_last_minute },
      { title: 'LAST', value: ({ last_decision }) => last_decision?.sentence, flexible: true },
    ],
    'No lines yet. `slipway apply` makes one from a slipway.yaml.',
  )
}

export function showLine(terminal: Terminal, detail: LineDetail): string {
  const heading = `${paint(terminal, 'bold', detail.name)}  ${state(terminal, detail.health)}  ${detail.health_reason}\n\n`
  const about = facts(terminal, [
    ['owner', detail.owner],
    ['desired', detail.desired],
    ['deployment', detail.deployment],
    ['dataset', detail.dataset],
    ['model', detail.model && `${detail.model.name} v${detail.model.version}`],
    ['applied', ago(detail.applied_at)],
  ])
  const stages = table(terminal, detail.stages, [
    { title: 'STAGE', value: ({ stage }) => stage },
    { title: 'STATE', value: (stage) => state(terminal, stage.state) },
    { title: '', value: ({ headline }) => headline },
    { title: '', value: ({ detail: text }) => text, flexible: true },
    { title: 'SINCE', value: ({ at }) => ago(at) },
  ])
  const cycles = table(
    terminal,
    detail.cycles.slice(0, 5),
    [
      { title: 'CYCLE', value: ({ number: count }) => count },
      { title: 'STATE', value: (cycle) => state(terminal, cycle.state) },
      { title: 'TRIGGER', value: ({ trigger }) => trigger },
      { title: 'MODEL', value: ({ model_version }) => model_version && `v${model_version}` },
      { title: 'METRICS', value: (cycle) => metrics(cycle.metrics), flexible: true },
      { title: 'TOOK', value: ({ started_at, ended_at }) => took(started_at, ended_at) },
      { title: 'OUTCOME', value: ({ outcome, reason }) => outcome ?? reason, flexible: true },
    ],
    'No cycle yet.',
  )
  return `${heading}${about}\n${stages}\n${cycles}`
}

function showDecisions(terminal: Terminal, decisions: readonly Decision[]): string {
  return table(terminal, decisions, [
    { title: 'WHEN', value: ({ at }) => ago(at) },
    { title: 'CYCLE', value: ({ cycle }) => cycle },
    { title: 'KIND', value: ({ kind }) => kind },
    { title: 'WHAT', value: ({ sentence }) => sentence, flexible: true },
  ])
}

function shown(detail: LineDetail): Outcome {
  return { data: detail, show: (terminal) => showLine(terminal, detail) }
}

export const lineCommands = [
  command({
    name: 'lines list',
    summary: 'Lists lines with their health',
    async run({ place: { client, project } }) {
      const { lines } = await client.lines.list({ params: { project } })
      return { data: lines, show: (terminal) => showLines(terminal, lines) }
    },
  }),
  command({
    name: 'lines show',
    summary: 'Shows one line: its loop and cycles',
    arguments: [line],
    async run({ place: { client, project }, arguments: { line } }) {
      return shown(await client.lines.get({ params: { project, line } }))
    },
  }),
  command({
    name: 'lines decisions',
    summary: 'Shows what a line decided and why',
    arguments: [line],
    options: { limit: { summary: 'How many', value: 'N', integer: true } },
    async run({ place: { client, project }, arguments: { line }, options }) {
      const { decisions } = await client.lines.decisions({
        params: { project, line },
        query: { limit: options.limit ?? 20 },
      })
      return { data: decisions, show: (terminal) => showDecisions(terminal, decisions) }
    },
  }),
  command({
    name: 'lines pause',
    summary: 'Serves on, but starts no training and no rollout',
    arguments: [line],
    run: async ({ place: { client, project }, arguments: { line } }) =>
      said(await client.lines.pause({ params: { project, line } }), `${line} is paused; it serves on.`),
  }),
  command({
    name: 'lines resume',
    summary: 'Goes on after a pause',
    arguments: [line],
    run: async ({ place: { client, project }, arguments: { line } }) =>
      said(await client.lines.resume({ params: { project, line } }), `${line} goes on.`),
  }),
  command({
    name: 'lines retrain',
    summary: 'Starts a cycle now, whatever the triggers say',
    arguments: [line],
    options: { reason: { summary: 'Why, for the record', value: 'TEXT' } },
    async run({ place: { client, project }, arguments: { line }, options: { reason } }) {
      const body = reason === undefined ? {} : { reason }
      return said(
        await client.lines.retrain({ params: { project, line }, body }),
        `${line} trains again: \`slipway status ${line} --watch\``,
      )
    },
  }),
  command({
    name: 'lines approve',
    summary: 'Approves the version of a cycle that awaits approval, or refuses it',
    arguments: [line, { name: 'cycle', summary: 'number of the cycle' }],
    options: { refuse: { summary: 'Refuse it' }, comment: { summary: 'For the record', value: 'TEXT' } },
    async run({ place: { client, project }, arguments: { line, cycle }, options }) {
      const decision = options.refuse ? ('refuse' as const) : ('approve' as const)
      const body = { decision, ...(options.comment === undefined ? {} : { comment: options.comment }) }
      return shown(await client.lines.approve({ params: { project, line, cycle }, body }))
    },
  }),
  command({
    name: 'lines delete',
    summary: 'Deletes a line and its deployment; data, runs and models stay',
    arguments: [line],
    run: async ({ place: { client, project }, arguments: { line } }) =>
      said(await client.lines.delete({ params: { project, line } }), `${line} is deleted.`),
  }),
]
