import { type Route, route } from '../../base/area.ts'
import { SlipwayError } from '../../base/error.ts'
import { deployments, rollouts } from '../../contract/deployments.ts'
import { labels } from '../../contract/labels.ts'
import { predictions } from '../../contract/predictions.ts'
import { servedFile } from '../registry/index.ts'
import { createDeployment } from './deployment.ts'
import type { ServingDeps } from './deps.ts'
import {
  describeDeployment,
  describeRollout,
  describeRollouts,
  describeSummary,
  type NameOfVersion,
} from './describe.ts'
import { labelCoverage } from './predictions/coverage.ts'
import { addLabels } from './predictions/label.ts'
import { loggedRows } from './predictions/recent.ts'
import { databaseTime, findDeployment, findRollout, labelsReceived, listDeployments } from './reader.ts'
import { abortRollout, removeDeployment, rollback, setDesired } from './rollouts/control.ts'
import { startRollout } from './rollouts/start.ts'
import { minuteOf, minutesSince } from './traffic/reader.ts'
import { coverageView, pointView, predictionView } from './view.ts'

const read = { action: 'deployments:read', on: 'project' } as const
const write = { action: 'deployments:write', on: 'project' } as const

export function servingRoutes(deps: ServingDeps): Route[] {
  return [...deploymentRoutes(deps), ...rolloutRoutes(deps), ...predictionRoutes(deps), ...labelRoutes(deps)]
}

function deploymentRoutes(deps: ServingDeps): Route[] {
  const { store } = deps
  const db = store.read
  const nameOf: NameOfVersion = async (id) => {
    const version = await deps.registry.version(id)
    return version ? { name: version.model, version: version.version } : null
  }
  return [
    route(deployments.list, read, async ({ project }) => {
      const rows = await listDeployments(db, project.id)
      return { deployments: await Promise.all(rows.map((row) => describeSummary(db, project, row))) }
    }),
    route(deployments.get, read, async ({ project, params }) => {
      const row = await findDeployment(db, project.id, params.deployment)
      return describeDeployment(db, project, row, nameOf)
    }),
    route(deployments.create, write, async ({ project, principal, body }) => {
      const wanted = {
        projectId: project.id,
        name: body.name,
        ...(body.risk ? { risk: body.risk } : {}),
        ...(body.replicas ? { replicas: body.replicas } : {}),
      }
      await store.transact(principal, (tx) => createDeployment(tx, wanted))
      return describeDeployment(db, project, await findDeployment(db, project.id, body.name), nameOf)
    }),
    route(deployments.delete, write, async ({ project, principal, params }) => {
      const row = await findDeployment(db, project.id, params.deployment)
      await store.transact(principal, (tx) => removeDeployment(tx, row.id))
      return { deleted: true as const }
    }),
    route(deployments.traffic, read, async ({ project, params, query }) => {
      const row = await findDeployment(db, project.id, params.deployment)
      const from = minuteOf(await databaseTime(db), query.minutes ?? 60)
      return { points: (await minutesSince(db, row.id, from)).map(pointView) }
    }),
    route(deployments.rollback, write, async ({ project, principal, params, body }) => {
      const row = await findDeployment(db, project.id, params.deployment)
      const options = {
        reason: body.reason ?? `asked for by ${principal.name}`,
        ...(body.revision === undefined ? {} : { revision: body.revision }),
      }
      await store.transact(principal, (tx) => rollback(tx, row.id, options))
      return describeDeployment(db, project, row, nameOf)
    }),
  ]
}

function rolloutRoutes(deps: ServingDeps): Route[] {
  const { store } = deps
  const db = store.read
  return [
    route(rollouts.list, read, async ({ project, params, query }) => {
      const row = await findDeployment(db, project.id, params.deployment)
      const limit = query.limit ?? 100
      const found = await describeRollouts(db, row, { before: query.cursor, limit })
      const last = found.at(-1)
      return { rollouts: found, ...(last && found.length === limit ? { next: last.id } : {}) }
    }),
    route(rollouts.get, read, async ({ project, params }) => {
      const row = await findDeployment(db, project.id, params.deployment)
      return describeRollout(db, row, params.rollout)
    }),
    route(rollouts.start, write, async ({ project, principal, params, body }) => {
      const row = await findDeployment(db, project.id, params.deployment)
      const wanted = {
        deploymentId: row.id,
        ...(await deployable(deps, project.id, body.model, body.version)),
        steps: body.steps ?? [],
        abortIf: body.abort_if ?? [],
        reason: body.reason ?? `${body.model} ${body.version}, asked for by ${principal.name}`,
      }
      const id = await store.transact(principal, (tx) => startRollout(tx, wanted))
      return describeRollout(db, row, id)
    }),
    ...(['pause', 'resume'] as const).map((verb) =>
      route(rollouts[verb], write, async ({ project, principal, params }) => {
        const row = await findDeployment(db, project.id, params.deployment)
        const rollout = await findRollout(db, row.id, params.rollout)
        await store.transact(principal, (tx) =>
          setDesired(tx, rollout.id, verb === 'pause' ? 'pause' : 'run'),
        )
        return describeRollout(db, row, rollout.id)
      }),
    ),
    route(rollouts.abort, write, async ({ project, principal, params, body }) => {
      const row = await findDeployment(db, project.id, params.deployment)
      const rollout = await findRollout(db, row.id, params.rollout)
      const reason = body.reason ?? `aborted by ${principal.name}`
      await store.transact(principal, (tx) => abortRollout(tx, rollout.id, reason))
      return describeRollout(db, row, rollout.id)
    }),
  ]
}

function predictionRoutes(deps: ServingDeps): Route[] {
  const db = deps.store.read
  const permission = { action: 'predictions:read', on: 'project' } as const
  return [
    route(predictions.list, permission, async ({ project, params, query }) => {
      const row = await findDeployment(db, project.id, params.deployment)
      const rows = await loggedRows(deps, {
        deploymentId: row.id,
        limit: query.limit ?? 50,
        ...(query.revision === undefined ? {} : { revision: query.revision }),
        ...(query.before === undefined ? {} : { before: new Date(query.before) }),
      })
      return { predictions: rows.map(predictionView) }
    }),
    route(predictions.get, permission, async ({ project, params }) => {
      const row = await findDeployment(db, project.id, params.deployment)
      const rows = await loggedRows(deps, { deploymentId: row.id, id: params.prediction, limit: 10_000 })
      if (rows.length === 0) {
        throw new SlipwayError(
          'not_found',
          `The log of "${row.name}" has no prediction ${params.prediction} (yet).`,
        )
      }
      return { rows: rows.map(predictionView) }
    }),
  ]
}

function labelRoutes(deps: ServingDeps): Route[] {
  const { store } = deps
  const db = store.read
  return [
    route(labels.create, { action: 'labels:write', on: 'project' }, async ({ project, params, body }) => {
      const row = await findDeployment(db, project.id, params.deployment)
      const given = body.labels.map((label) => ({
        value: label.value,
        ...(label.prediction_id === undefined ? {} : { predictionId: label.prediction_id }),
        ...(label.request_id === undefined ? {} : { requestId: label.request_id }),
        ...(label.row === undefined ? {} : { row: label.row }),
        ...(label.observed_at === undefined ? {} : { observedAt: new Date(label.observed_at) }),
      }))
      await store.housekeep((tx) => addLabels(tx, row.id, given))
      return { accepted: given.length }
    }),
    route(labels.coverage, read, async ({ project, params, query }) => {
      const row = await findDeployment(db, project.id, params.deployment)
      const now = await databaseTime(db)
      const from = new Date(now.getTime() - (query.hours ?? 24) * 3_600_000)
      const received = await labelsReceived(db, row.id, from)
      return coverageView(received, await labelCoverage(deps, row.id, from))
    }),
  ]
}

async function deployable(deps: ServingDeps, projectId: string, model: string, versionOrAlias: string) {
  const version = await deps.registry.findVersion(projectId, model, versionOrAlias)
  if (!version)
    throw new SlipwayError('not_found', `There is no version "${versionOrAlias}" of model "${model}".`)
  const file = servedFile(version.files)
  if (!file || !version.signature) {
    throw new SlipwayError(
      'invalid_model',
      `Version ${version.version} of "${model}" has no ONNX file to serve.`,
    )
  }
  return { modelVersionId: version.id, digest: file.digest, signature: version.signature }
}
