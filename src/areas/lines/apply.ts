import { isDeepStrictEqual } from 'node:util'
import type { ProjectRef } from '../../base/area.ts'
import { SlipwayError } from '../../base/error.ts'
import { uuidv7 } from '../../base/id.ts'
import type { Principal } from '../../base/principal.ts'
import type { Tx } from '../../store/store.ts'
import { parseChecks } from '../data/index.ts'
import type { LineDeps } from './deps.ts'
import { monitorOf } from './monitor.ts'
import * as reader from './reader.ts'
import { parseSpec } from './spec.ts'
import * as writer from './writer.ts'

export interface ApplyRequest {
  readonly yaml: string
  readonly code_digest: string
  readonly files: Readonly<Record<string, string>>
}

/** Makes the platform match a line file: all of it, or nothing. */
export async function apply(
  deps: LineDeps,
  principal: Principal,
  project: ProjectRef,
  request: ApplyRequest,
): Promise<{ line: reader.Line; changed: boolean }> {
  const spec = parseSpec(request.yaml, new Set(Object.keys(request.files)))
  if (spec.data.checks !== undefined) parseChecks(request.files[spec.data.checks] ?? '')
  if (!(await deps.blobs.stat(request.code_digest))) {
    throw new SlipwayError('not_found', `The code ${request.code_digest} was not uploaded.`)
  }
  const missing = await deps.monitoring.missingChannels(project.id, spec.monitor?.alert ?? [])
  if (missing.length > 0) {
    throw new SlipwayError(
      'not_found',
      `There is no alert channel '${missing[0]}' in project ${project.name}; \`slipway channels create ${missing[0]} https://…\` makes it.`,
    )
  }
  const applied = { spec, files: request.files, codeDigest: request.code_digest }
  const before = await reader.lineByName(deps.store.read, project.id, spec.line)
  if (before && same(before, applied)) return { line: before, changed: false }
  const id = before
    ? await change(deps, principal, before, applied)
    : await create(deps, principal, project, applied)
  const line = await reader.lineById(deps.store.read, id)
  if (!line) throw new SlipwayError('conflict', 'The line was deleted meanwhile.')
  return { line, changed: true }
}

function same(line: reader.Line, applied: writer.Applied): boolean {
  return (
    line.code_digest === applied.codeDigest &&
    isDeepStrictEqual(line.spec, applied.spec) &&
    isDeepStrictEqual(line.files, applied.files)
  )
}

async function create(deps: LineDeps, principal: Principal, project: ProjectRef, applied: writer.Applied) {
  const id = uuidv7()
  await deps.store.transact(principal, async (tx) => {
    const deploymentId = await deps.serving.ensureDeployment(tx, {
      projectId: project.id,
      name: applied.spec.line,
      lineId: id,
      risk: applied.spec.risk ?? 'limited',
    })
    await prepareEnvironment(tx, deps, project.id, applied)
    await writer.insertLine(tx, { ...applied, id, projectId: project.id, deploymentId })
    const line = { id, project_id: project.id }
    await writer.say(tx, line, {
      kind: 'applied',
      sentence: `${principal.name} applied the line for the first time.`,
    })
    await writer.wake(tx, line)
  })
  return id
}

async function change(deps: LineDeps, principal: Principal, before: reader.Line, applied: writer.Applied) {
  const champion =
    before.champion_version_id === null ? undefined : await deps.registry.version(before.champion_version_id)
  await deps.store.transact(principal, async (tx) => {
    const line = await reader.lockedLine(tx.db, before.id)
    if (line?.generation !== before.generation) {
      throw new SlipwayError('conflict', 'The line was changed meanwhile; read it and apply again.')
    }
    await prepareEnvironment(tx, deps, line.project_id, applied)
    await writer.updateLine(tx, line, applied)
    if (champion)
      await deps.monitoring.configure(tx, monitorOf({ ...line, spec: applied.spec }, champion.signature))
    await writer.say(tx, line, {
      kind: 'applied',
      sentence: `${principal.name} applied generation ${line.generation + 1}.`,
    })
    await writer.wake(tx, line)
  })
  return before.id
}

/** The first training need not wait for its packages. */
async function prepareEnvironment(
  tx: Tx,
  deps: LineDeps,
  projectId: string,
  applied: writer.Applied,
): Promise<void> {
  const file = applied.spec.train.python
  const requirements = file === undefined ? undefined : applied.files[file]
  if (requirements !== undefined) await deps.pipelines.prepare(tx, projectId, requirements)
}
