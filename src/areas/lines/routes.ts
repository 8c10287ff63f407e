import { type ProjectRef, type Route, route } from '../../base/area.ts'
import { SlipwayError } from '../../base/error.ts'
import { uuidv7 } from '../../base/id.ts'
import type { Principal } from '../../base/principal.ts'
import { lines as contract } from '../../contract/lines.ts'
import type { Tx } from '../../store/store.ts'
import { decide } from '../governance/index.ts'
import { apply } from './apply.ts'
import type { LineDeps } from './deps.ts'
import * as reader from './reader.ts'
import { decisionView, lineDetail, lineSummary } from './view.ts'
import * as writer from './writer.ts'

const maxCodeBytes = 64 * 1024 ** 2

export function lineRoutes(deps: LineDeps): Route[] {
  const read = { action: 'lines:read', on: 'project' } as const
  const write = { action: 'lines:write', on: 'project' } as const

  async function named(project: ProjectRef, name: string): Promise<reader.Line> {
    const line = await reader.lineByName(deps.store.read, project.id, name)
    if (!line) throw new SlipwayError('not_found', `There is no line '${name}' in project ${project.name}.`)
    return line
  }

  /** Changes a line under its lock and answers with what it is then. */
  async function change(
    principal: Principal,
    project: ProjectRef,
    name: string,
    act: (tx: Tx, line: reader.Line) => Promise<void>,
  ) {
    const { id } = await named(project, name)
    await deps.store.transact(principal, async (tx) => {
      const line = await reader.lockedLine(tx.db, id)
      if (!line) throw new SlipwayError('not_found', `There is no line '${name}' in project ${project.name}.`)
      await act(tx, line)
      await writer.wake(tx, line)
    })
    return await lineDetail(deps, await named(project, name))
  }

  return [
    route(contract.list, read, async ({ project }) => {
      const all = await reader.linesOf(deps.store.read, project.id)
      return { lines: await Promise.all(all.map((line) => lineSummary(deps, line))) }
    }),
    route(
      contract.get,
      read,
      async ({ project, params }) => await lineDetail(deps, await named(project, params.line)),
    ),
    route(contract.decisions, read, async ({ project, params, query }) => {
      const line = await named(project, params.line)
      const limit = query.limit ?? 100
      const rows = await reader.decisionsOf(deps.store.read, line.id, { before: query.cursor, limit })
      const last = rows.at(-1)
      return {
        decisions: rows.map(decisionView),
        ...(rows.length === limit && last ? { next: last.id } : {}),
      }
    }),
    route(contract.uploadCode, write, async ({ stream, signal }) => {
      return await deps.blobs.put(stream, { limit: maxCodeBytes, signal })
    }),
    route(contract.apply, write, async ({ project, principal, body }) => {
      const { line, changed } = await apply(deps, principal, project, body)
      return { line: await lineDetail(deps, line), changed }
    }),
    route(contract.pause, write, async ({ project, principal, params }) =>
      change(principal, project, params.line, async (tx, line) => {
        await writer.setDesired(tx, line, 'paused')
        await writer.say(tx, line, { kind: 'paused', sentence: `${principal.name} paused the line.` })
      }),
    ),
    route(contract.resume, write, async ({ project, principal, params }) =>
      change(principal, project, params.line, async (tx, line) => {
        await writer.setDesired(tx, line, 'active')
        await writer.say(tx, line, { kind: 'resumed', sentence: `${principal.name} resumed the line.` })
      }),
    ),
    route(contract.retrain, write, async ({ project, principal, params, body }) =>
      change(principal, project, params.line, async (tx, line) => {
        if (await reader.openCycle(tx.db, line.id)) {
          throw new SlipwayError('wrong_state', `A cycle of line '${line.name}' is already under way.`)
        }
        const reason = `${principal.name} asked for it${body.reason === undefined ? '' : `: ${body.reason}`}.`
        await writer.raise(tx, line, { kind: 'manual', reason, source: `manual:${uuidv7()}` })
        await writer.say(tx, line, { kind: 'trigger', sentence: `Retraining: ${reason}` })
      }),
    ),
    route(
      contract.approve,
      { action: 'approvals:decide', on: 'project' },
      async ({ project, principal, params, body }) =>
        await change(principal, project, params.line, (tx, line) =>
          approve(deps, tx, line, Number(params.cycle), body),
        ),
    ),
    route(contract.delete, write, async ({ project, principal, params }) => {
      const { id } = await named(project, params.line)
      await deps.store.transact(principal, async (tx) => {
        const line = await reader.lockedLine(tx.db, id)
        if (!line) return
        const cycle = await reader.openCycle(tx.db, id)
        if (cycle?.state === 'running' && cycle.pipeline_run_id) {
          await deps.pipelines.cancel(tx, line.project_id, cycle.pipeline_run_id)
        }
        await deps.serving.removeDeployment(tx, line.deployment_id)
        await writer.deleteLine(tx, line)
      })
      return { deleted: true as const }
    }),
  ]
}

async function approve(
  deps: LineDeps,
  tx: Tx,
  line: reader.Line,
  number: number,
  body: { decision: 'approve' | 'refuse'; comment?: string },
): Promise<void> {
  const cycle = await reader.openCycle(tx.db, line.id)
  const version = cycle?.model_version_id ? await deps.registry.version(cycle.model_version_id) : undefined
  const model = version?.files.find((file) => file.path === 'model.onnx')
  if (cycle?.number !== number || cycle.state !== 'awaiting_approval' || !version || !model) {
    throw new SlipwayError('wrong_state', `Cycle ${number} of line '${line.name}' awaits no approval.`)
  }
  await decide(tx, {
    projectId: line.project_id,
    modelVersionId: version.id,
    digest: model.digest,
    requestedBy: await reader.appliedBy(tx.db, line.id, cycle.generation),
    ...body,
  })
  const verb = body.decision === 'approve' ? 'approved' : 'refused'
  await writer.say(tx, line, {
    kind: verb,
    sentence: `${tx.principal.name} ${verb} version ${version.version}${body.comment ? `: ${body.comment}` : '.'}`,
    cycle: number,
  })
}
