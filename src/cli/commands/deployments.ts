import type { Deployment, DeploymentSummary, Rollout } from '../../contract/deployments.ts'
import { command, said } from '../command.ts'
import { ago, number, percent, took } from '../format.ts'
import { facts, table } from '../table.ts'
import { state, type Terminal } from '../terminal.ts'
import { UsageError } from '../usage.ts'

const deployment = { name: 'deployment', summary: 'name of the deployment' } as const
const rollout = { name: 'rollout', summary: 'id of the rollout' } as const

const weights = (of: DeploymentSummary) =>
  of.weights.map(({ revision, weight }) => `r${revision}:${weight}%`).join(' ')

function showRollout(terminal: Terminal, shown: Rollout): string {
  return `${facts(terminal, [
    ['rollout', shown.id],
    ['revision', shown.revision],
    ['state', state(terminal, shown.state)],
    ['reason', shown.reason],
    ['waits for', shown.waiting_for],
    ['outcome', shown.outcome_reason],
    ['took', took(shown.started_at, shown.finished_at)],
  ])}\n${table(terminal, shown.steps, [
    { title: 'STEP', value: ({ position }) => position + 1 },
    { title: 'TRAFFIC', value: (step) => `${step.percent} %` },
    { title: 'STATE', value: (step) => state(terminal, step.state) },
    { title: 'REQUESTS', value: ({ evidence }) => evidence?.revision.requests },
    { title: 'ERRORS', value: ({ evidence }) => percent(evidence?.revision.error_rate) },
    { title: 'P99', value: ({ evidence }) => evidence && `${number(evidence.revision.p99_ms) ?? '–'} ms` },
    { title: 'TOOK', value: ({ entered_at, left_at }) => took(entered_at, left_at) },
  ])}`
}

function showDeployment(terminal: Terminal, shown: Deployment): string {
  const { last_hour } = shown
  return [
    facts(terminal, [
      ['deployment', shown.name],
      ['state', state(terminal, shown.state)],
      ['risk', shown.risk],
      ['called as', `/v2/models/${shown.inference_name}/infer`],
      ['weights', weights(shown)],
      [
        'last hour',
        `${number(last_hour.requests)} requests, ${percent(last_hour.error_rate) ?? '–'} errors, p50 ${number(last_hour.p50_ms) ?? '–'} ms, p99 ${number(last_hour.p99_ms) ?? '–'} ms`,
      ],
      ['predictions', `${number(shown.predictions.rows)} rows`],
    ]),
    '\n',
    table(
      terminal,
      shown.revisions,
      [
        { title: 'REVISION', value: (each) => each.number },
        { title: 'WEIGHT', value: ({ weight }) => `${weight} %` },
        { title: 'STATE', value: (each) => state(terminal, each.state) },
        { title: 'MODEL', value: ({ model }) => model && `${model.name} v${model.version}`, flexible: true },
        { title: 'MADE', value: ({ created_at }) => ago(created_at) },
        { title: '', value: ({ state_error }) => state_error ?? '', flexible: true },
      ],
      'No revision yet: `slipway deployments rollout`.',
    ),
    shown.rollout === null ? '' : `\n${showRollout(terminal, shown.rollout)}`,
  ].join('')
}

export const deploymentCommands = [
  command({
    name: 'deployments list',
    summary: 'Lists deployments with their traffic',
    async run({ place: { client, project } }) {
      const { deployments } = await client.deployments.list({ params: { project } })
      return {
        data: deployments,
        show: (terminal) =>
          table(terminal, deployments, [
            { title: 'DEPLOYMENT', value: ({ name }) => name, flexible: true },
            { title: 'STATE', value: (each) => state(terminal, each.state) },
            { title: 'WEIGHTS', value: weights },
            { title: 'REQ/MIN', value: ({ last_minute }) => last_minute.requests },
            { title: 'ERRORS', value: ({ last_minute }) => percent(last_minute.error_rate) },
            { title: 'P50 MS', value: ({ last_minute }) => number(last_minute.p50_ms) },
            { title: 'P99 MS', value: ({ last_minute }) => number(last_minute.p99_ms) },
          ]),
      }
    },
  }),
  command({
    name: 'deployments show',
    summary: 'Shows a deployment with revisions, traffic and rollout',
    arguments: [deployment],
    async run({ place: { client, project }, arguments: { deployment } }) {
      const shown = await client.deployments.get({ params: { project, deployment } })
      return { data: shown, show: (terminal) => showDeployment(terminal, shown) }
    },
  }),
  command({
    name: 'deployments create',
    summary: 'Creates a deployment',
    arguments: [deployment],
    options: {
      risk: { summary: 'How careful to be', value: 'RISK', choices: ['minimal', 'limited', 'high'] },
    },
    async run({ place: { client, project }, arguments: { deployment }, options }) {
      const risk = options.risk as 'minimal' | 'limited' | 'high' | undefined
      const made = await client.deployments.create({
        params: { project },
        body: { name: deployment, ...(risk === undefined ? {} : { risk }) },
      })
      return said(
        made,
        `Created. \`slipway deployments rollout ${deployment} <model> <version>\` gives it a model.`,
      )
    },
  }),
  command({
    name: 'deployments rollout',
    summary: 'Rolls a model version out, at once or by steps',
    arguments: [
      deployment,
      { name: 'model', summary: 'a registered model' },
      { name: 'version', summary: 'a number or an alias' },
    ],
    options: {
      steps: { summary: 'Shares of traffic, for example 5,25,100', value: 'PERCENTS' },
      requests: { summary: 'Requests that each step must see', value: 'N', integer: true },
      'abort-if': { summary: 'For example "error_rate > 1%"', value: 'CONDITION', many: true },
      reason: { summary: 'Why, for the record', value: 'TEXT' },
    },
    async run({ place: { client, project }, arguments: { deployment, model, version }, options }) {
      const steps = options.steps?.split(',').map((text) => {
        const percent = Number(text)
        if (!Number.isInteger(percent))
          throw new UsageError(`\`${text}\` is not a percentage.`, 'slipway deployments rollout --help')
        return { percent, ...(options.requests === undefined ? {} : { requests: options.requests }) }
      })
      const started = await client.rollouts.start({
        params: { project, deployment },
        body: {
          model,
          version,
          ...(steps === undefined ? {} : { steps }),
          ...(options['abort-if'].length === 0 ? {} : { abort_if: [...options['abort-if']] }),
          ...(options.reason === undefined ? {} : { reason: options.reason }),
        },
      })
      return { data: started, show: (terminal) => showRollout(terminal, started) }
    },
  }),
  command({
    name: 'deployments rollouts',
    summary: 'Lists the rollouts of a deployment, newest first',
    arguments: [deployment],
    async run({ place: { client, project }, arguments: { deployment } }) {
      const { rollouts } = await client.rollouts.list({ params: { project, deployment }, query: {} })
      return {
        data: rollouts,
        show: (terminal) =>
          table(terminal, rollouts, [
            { title: 'ROLLOUT', value: ({ id }) => id },
            { title: 'KIND', value: ({ kind }) => kind },
            { title: 'REVISION', value: ({ revision }) => revision },
            { title: 'STATE', value: (each) => state(terminal, each.state) },
            { title: 'STARTED', value: ({ started_at }) => ago(started_at) },
            { title: 'TOOK', value: ({ started_at, finished_at }) => took(started_at, finished_at) },
            { title: 'WHY', value: ({ outcome_reason, reason }) => outcome_reason ?? reason, flexible: true },
          ]),
      }
    },
  }),
  ...(['pause', 'resume', 'abort'] as const).map((verb) =>
    command({
      name: `deployments ${verb}`,
      summary: {
        pause: 'Holds a rollout at its step',
        resume: 'Lets a rollout go on',
        abort: 'Ends a rollout and puts traffic back',
      }[verb],
      arguments: [deployment, rollout],
      options: { reason: { summary: 'Why, for the record', value: 'TEXT' } },
      async run({ place: { client, project }, arguments: { deployment, rollout }, options: { reason } }) {
        const params = { project, deployment, rollout }
        const body = { reason: reason ?? 'by hand' }
        const call = {
          pause: () => client.rollouts.pause({ params }),
          resume: () => client.rollouts.resume({ params }),
          abort: () => client.rollouts.abort({ params, body }),
        }
        const changed = await call[verb]()
        return { data: changed, show: (terminal) => showRollout(terminal, changed) }
      },
    }),
  ),
  command({
    name: 'deployments rollback',
    summary: 'Puts all traffic back on the revision before',
    arguments: [deployment],
    options: { reason: { summary: 'Why, for the record', value: 'TEXT' } },
    async run({ place: { client, project }, arguments: { deployment }, options: { reason } }) {
      const body = { reason: reason ?? 'rolled back by hand' }
      const changed = await client.deployments.rollback({ params: { project, deployment }, body })
      return said(changed, `${deployment} is being rolled back: \`slipway deployments show ${deployment}\`.`)
    },
  }),
  command({
    name: 'deployments predictions',
    summary: 'Shows the newest predictions with their labels',
    arguments: [deployment],
    options: { limit: { summary: 'How many', value: 'N', integer: true } },
    async run({ place: { client, project }, arguments: { deployment }, options: { limit } }) {
      const { predictions } = await client.predictions.list({
        params: { project, deployment },
        query: { limit: limit ?? 20 },
      })
      return {
        data: predictions,
        show: (terminal) =>
          table(terminal, predictions, [
            { title: 'PREDICTION', value: ({ id, row }) => (row === 0 ? id : `${id} ${row}`) },
            { title: 'WHEN', value: ({ time }) => ago(time) },
            { title: 'REVISION', value: ({ revision }) => revision },
            { title: 'OUTPUT', value: ({ outputs }) => JSON.stringify(outputs), flexible: true },
            { title: 'LABEL', value: ({ label }) => label && JSON.stringify(label.value) },
          ]),
      }
    },
  }),
  command({
    name: 'deployments delete',
    summary: 'Deletes a deployment; nothing answers there any more',
    arguments: [deployment],
    run: async ({ place: { client, project }, arguments: { deployment } }) =>
      said(await client.deployments.delete({ params: { project, deployment } }), `${deployment} is deleted.`),
  }),
]
