import { mayOn, type Reach } from '../../areas/access/index.ts'
import { personOf, type ReviewQueue } from '../../areas/traces/index.ts'
import { Denied, MlflowError } from './failure.ts'
import type { Call, Rpc } from './rpc.ts'

const schemas = '/3.0/mlflow/label-schemas/'
const queues = '/3.0/mlflow/review-queues/'
/** What a queue's owner may do without managing the experiment. */
const ofOwner: ReadonlySet<string> = new Set([`${queues}update`, `${queues}delete`, `${queues}items/remove`])
const viewing: ReadonlySet<string> = new Set([`${queues}get`, `${queues}get-by-name`, `${queues}items/list`])

/**
 * What schemas and queues ask for beyond access to their experiment: questions are changed by who manages it; a queue
 * is seen by those in it, its owner and who manages the experiment; only who is in it settles its traces.
 */
export async function checkReviews(rpc: Rpc, call: Call, reach: Reach): Promise<void> {
  if (rpc.path.startsWith(schemas) && rpc.action.endsWith(':write')) {
    const experiment = await experimentOfSchema(call)
    if (experiment !== undefined && !mayOn(reach, 'manage', placeOf(experiment))) throw new Denied()
  }
  if (!rpc.path.startsWith(queues)) return
  const queue = await namedQueue(rpc, call)
  if (queue !== undefined && !isOpen(rpc, call, reach, queue)) throw new Denied()
}

function isOpen(rpc: Rpc, call: Call, reach: Reach, queue: ReviewQueue): boolean {
  const place = placeOf(queue.experimentId)
  const name = personOf(call.principal.name)
  const isIn = queue.users.includes(name)
  if (rpc.path === `${queues}items/set-status`) return isIn
  const owns = personOf(queue.createdBy ?? '') === name && mayOn(reach, 'update', place)
  const manages = mayOn(reach, 'manage', place)
  if (viewing.has(rpc.path)) return manages || isIn || owns
  if (!ofOwner.has(rpc.path)) return true
  const { new_owner: newOwner } = call.request as { new_owner?: unknown }
  return manages || (owns && queue.kind === 'custom' && newOwner === undefined)
}

async function experimentOfSchema(call: Call): Promise<string | undefined> {
  const { schema_id: id, experiment_id: experimentId } = call.request as Record<string, string | undefined>
  if (id === undefined) return experimentId
  const schema = await call.traces.labelSchema(call.project.id, id).catch(() => undefined)
  return schema?.experimentId
}

async function namedQueue(rpc: Rpc, call: Call): Promise<ReviewQueue | undefined> {
  const asked = call.request as Record<string, string | undefined>
  if (asked.queue_id !== undefined) return await call.traces.findReviewQueue(call.project.id, asked.queue_id)
  if (rpc.path !== `${queues}get-by-name`) return undefined
  const { experiment_id: id = '', name = '' } = asked
  const experiment = await call.tracking.experiment(call.project.id, id).catch(() => undefined)
  return experiment === undefined ? undefined : await call.traces.reviewQueueNamed(experiment.id, name)
}

/** Who may only read an experiment sees the queues that it is in: its name; undefined for who sees all. */
export function onlyOwnQueues(call: Pick<Call, 'principal' | 'reach'>, experimentId: string) {
  const { reach, principal } = call
  return reach === undefined || mayOn(reach, 'update', placeOf(experimentId)) ? undefined : principal.name
}

/** Who calls; undefined where that is unknown, since everyone is the administrator. */
export function callerOf(call: Pick<Call, 'principal' | 'access'>): string | undefined {
  return call.access.open ? undefined : call.principal.name
}

/** A queue named like a person would hide that person's own. */
export async function checkNoPerson(call: Pick<Call, 'access'>, name: string, cannot: string): Promise<void> {
  const wanted = personOf(name)
  if (call.access.open || wanted === '') return
  const person = (await call.access.accounts.list()).find((one) => personOf(one.name) === wanted)
  if (person === undefined) return
  throw new MlflowError(
    'INVALID_PARAMETER_VALUE',
    `'${person.name}' is a registered user. A custom review queue cannot ${cannot}; assign that user to a queue instead.`,
  )
}

function placeOf(experimentId: string) {
  return [{ type: 'experiment', id: experimentId }] as const
}
