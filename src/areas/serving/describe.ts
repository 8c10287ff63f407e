import type { Kysely } from 'kysely'
import type { ProjectRef } from '../../base/area.ts'
import type { Deployment, DeploymentSummary, Revision, Rollout } from '../../contract/deployments.ts'
import type { DB } from '../../store/tables.ts'
import {
  type DeploymentRow,
  databaseTime,
  findRollout,
  listRevisions,
  listRollouts,
  listServers,
  listSteps,
  logState,
  type RolloutRow,
  rolloutUnderWay,
  snapshotVersion,
} from './reader.ts'
import { evidenceOf, nextMove } from './rollouts/rollout.ts'
import { readUnderWay } from './rollouts/situation.ts'
import { minuteOf, minutesSince } from './traffic/reader.ts'
import {
  evidenceView,
  type Known,
  pointView,
  revisionView,
  rolloutView,
  serverViews,
  summaryView,
} from './view.ts'

/** The registry's name of a model version, where it has one. */
export type NameOfVersion = (modelVersionId: string) => Promise<Revision['model']>

export async function describeSummary(
  db: Kysely<DB>,
  project: ProjectRef,
  row: DeploymentRow,
): Promise<DeploymentSummary> {
  return summaryView(await know(db, project, row))
}

export async function describeDeployment(
  db: Kysely<DB>,
  project: ProjectRef,
  row: DeploymentRow,
  nameOf: NameOfVersion,
): Promise<Deployment> {
  const known = await know(db, project, row)
  const log = await logState(db, row.id)
  return {
    ...summaryView(known),
    revisions: await Promise.all(
      known.revisions.map(async (revision) =>
        revisionView(revision, known.servers, known.now, await nameOf(revision.model_version_id)),
      ),
    ),
    model_servers: serverViews(known),
    traffic: known.minutes.map(pointView),
    predictions: {
      rows: log.rows,
      converted_to: log.convertedTo?.toISOString() ?? null,
      waiting_segments: log.waitingSegments,
    },
  }
}

export async function describeRollout(db: Kysely<DB>, row: DeploymentRow, id: string): Promise<Rollout> {
  const rollout = await findRollout(db, row.id, id)
  return presentRollout(db, row.name, rollout, await databaseTime(db))
}

export async function describeRollouts(
  db: Kysely<DB>,
  row: DeploymentRow,
  page: { before: string | undefined; limit: number },
): Promise<Rollout[]> {
  const rollouts = await listRollouts(db, row.id, page)
  const steps = await listSteps(
    db,
    rollouts.map((one) => one.id),
  )
  const now = await databaseTime(db)
  return Promise.all(
    rollouts.map((one) =>
      one.finished_at === null
        ? presentRollout(db, row.name, one, now)
        : rolloutView(
            row.name,
            one,
            steps.filter((step) => step.rollout_id === one.id),
            null,
          ),
    ),
  )
}

async function know(db: Kysely<DB>, project: ProjectRef, deployment: DeploymentRow): Promise<Known> {
  const now = await databaseTime(db)
  const [revisions, servers, version, minutes, rollout] = await Promise.all([
    listRevisions(db, deployment.id),
    listServers(db, deployment.id),
    snapshotVersion(db),
    minutesSince(db, deployment.id, minuteOf(now, 60)),
    rolloutUnderWay(db, deployment.id),
  ])
  return {
    project: project.name,
    deployment,
    revisions,
    servers,
    snapshotVersion: version,
    minutes,
    rollout: rollout && (await presentRollout(db, deployment.name, rollout, now)),
    now,
  }
}

/** A rollout with what it waits for and, at the step it is at, the evidence so far. */
async function presentRollout(
  db: Kysely<DB>,
  deployment: string,
  row: RolloutRow,
  now: Date,
): Promise<Rollout> {
  const steps = await listSteps(db, [row.id])
  const underWay = row.finished_at === null ? await readUnderWay(db, row.id, now) : undefined
  if (!underWay) return rolloutView(deployment, row, steps, null)
  const { situation } = underWay
  const move = nextMove(situation)
  const view = rolloutView(deployment, row, steps, move.do === 'wait' ? move.reason : 'its next move')
  const evidence = situation.step && evidenceOf(situation, situation.step)
  if (!evidence) return view
  const at = situation.step?.position
  return {
    ...view,
    steps: view.steps.map((step) =>
      step.position === at && !step.evidence ? { ...step, evidence: evidenceView(evidence) } : step,
    ),
  }
}
