import {
  addItems,
  createQueue,
  deleteQueue,
  type ReviewItem,
  type ReviewQueue,
  removeItems,
  settleItem,
  updateQueue,
} from '../../areas/traces/index.ts'
import { SlipwayError } from '../../base/error.ts'
import { MlflowError } from './failure.ts'
import { reviewPageSize } from './label-schemas.ts'
import { callerOf, checkNoPerson, onlyOwnQueues } from './review-limits.ts'
import { type Call, type Rpc, rpc } from './rpc.ts'
import { checkUnscoped } from './scope.ts'
import { openExperiment } from './traces.ts'

const base = '/3.0/mlflow/review-queues'
const text = { type: 'string' } as const
const required = { type: 'string', required: true } as const
const texts = { type: 'string', list: true } as const
const int = { type: 'int64' } as const
const bool = { type: 'bool' } as const
const paging = { max_results: int, page_token: text } as const
const atOnce = 1000

const types = {
  type: 'enum',
  values: ['USER', 'CUSTOM', 'REVIEW_QUEUE_TYPE_UNSPECIFIED'],
} as const
const statuses = {
  type: 'enum',
  values: ['PENDING', 'COMPLETE', 'DECLINED', 'REVIEW_STATUS_UNSPECIFIED'],
} as const
const itemTypes = { type: 'enum', values: ['TRACE', 'REVIEW_ITEM_TYPE_UNSPECIFIED'] } as const

/** Traces that wait for reviewers. */
export const reviewQueueRpcs: readonly Rpc[] = [
  rpc(
    'POST',
    `${base}/create`,
    'runs:write',
    { experiment_id: required, name: required, queue_type: types, users: texts, schema_ids: texts },
    async (call) => {
      checkUnscoped(call)
      const { request, project } = call
      const kind = kindOf(request.queue_type)
      const experiment = await openExperiment(call, request.experiment_id)
      if (kind === 'custom') await checkNoPerson(call, request.name, 'use a username as its name')
      const id = await call.store.transact(call.principal, (tx) =>
        createQueue(tx, {
          projectId: project.id,
          experimentId: experiment.id,
          name: request.name,
          kind,
          users: request.users,
          schemaIds: request.schema_ids,
          createdBy: callerOf(call) ?? null,
        }),
      )
      return await shown(call, id)
    },
  ),
  rpc(
    'POST',
    `${base}/get-or-create-user`,
    'runs:write',
    { experiment_id: required, user: required },
    async (call) => {
      checkUnscoped(call)
      const experiment = await openExperiment(call, call.request.experiment_id)
      return { review_queue: queueView(await queueOfUser(call, experiment.id, call.request.user)) }
    },
  ),
  rpc('GET', `${base}/get`, 'runs:read', { queue_id: required }, async (call) =>
    shown(call, call.request.queue_id),
  ),
  rpc(
    'GET',
    `${base}/get-by-name`,
    'runs:read',
    { experiment_id: required, name: required },
    async (call) => {
      const { experiment_id: experimentId, name } = call.request
      const experiment = await openExperiment(call, experimentId)
      const found = await call.traces.reviewQueueNamed(experiment.id, name)
      if (found !== undefined) return { review_queue: queueView(found) }
      throw new MlflowError(
        'RESOURCE_DOES_NOT_EXIST',
        `Review queue with name '${name}' not found for experiment '${experimentId}'.`,
      )
    },
  ),
  rpc(
    'GET',
    `${base}/list`,
    'runs:read',
    { experiment_id: required, user: text, item_id: text, ...paging },
    async (call) => {
      const { request } = call
      const limit = reviewPageSize(request.max_results, atOnce)
      const experiment = await openExperiment(call, request.experiment_id)
      const own = onlyOwnQueues(call, experiment.id)
      const page = await call.traces.reviewQueues(
        experiment.id,
        {
          users: [request.user, own].filter((user) => user !== undefined),
          traceId: request.item_id,
        },
        { limit, cursor: request.page_token || undefined },
      )
      return { review_queues: page.rows.map(queueView), next_page_token: page.next ?? '' }
    },
  ),
  rpc(
    'POST',
    `${base}/update`,
    'runs:write',
    {
      queue_id: required,
      update_users: bool,
      users: texts,
      update_schema_ids: bool,
      schema_ids: texts,
      name: text,
      new_owner: text,
    },
    async (call) => {
      checkUnscoped(call)
      const { request, project } = call
      const change = {
        name: request.name,
        owner: request.new_owner,
        users: request.update_users === true ? request.users : undefined,
        schemaIds: request.update_schema_ids === true ? request.schema_ids : undefined,
      }
      const queue = await call.traces.reviewQueue(project.id, request.queue_id)
      const none = Object.values(change).every((value) => value === undefined)
      if (none && queue.kind === 'custom') return { review_queue: queueView(queue) }
      if (request.name !== undefined && queue.kind === 'custom') {
        await checkNoPerson(call, request.name, 'be renamed to a username')
      }
      await call.store.transact(call.principal, (tx) => updateQueue(tx, project.id, queue.id, change))
      return await shown(call, queue.id)
    },
  ),
  rpc('POST', `${base}/delete`, 'runs:write', { queue_id: required }, async (call) => {
    checkUnscoped(call)
    const { request, project } = call
    await call.store.transact(call.principal, (tx) => deleteQueue(tx, project.id, request.queue_id))
    return {}
  }),
  rpc(
    'POST',
    `${base}/items/add`,
    'runs:write',
    { queue_id: required, item_type: itemTypes, item_ids: texts },
    async (call) => {
      checkUnscoped(call)
      const { request, project } = call
      const items = await call.store.transact(call.principal, (tx) =>
        addItems(tx, project.id, request.queue_id, request.item_ids),
      )
      return { items: items.map(itemView) }
    },
  ),
  rpc('POST', `${base}/items/remove`, 'runs:write', { queue_id: required, item_ids: texts }, async (call) => {
    checkUnscoped(call)
    const { request, project } = call
    await call.store.transact(call.principal, (tx) =>
      removeItems(tx, project.id, request.queue_id, request.item_ids),
    )
    return {}
  }),
  rpc(
    'GET',
    `${base}/items/list`,
    'runs:read',
    { queue_id: required, status: statuses, ...paging },
    async ({ traces, project, request }) => {
      const limit = reviewPageSize(request.max_results, atOnce)
      const queue = await traces.reviewQueue(project.id, request.queue_id)
      const page = await traces.reviewItems(queue.id, statusOf(request.status), {
        limit,
        cursor: request.page_token || undefined,
      })
      return { items: page.rows.map(itemView), next_page_token: page.next ?? '' }
    },
  ),
  rpc(
    'POST',
    `${base}/items/set-status`,
    'runs:write',
    { queue_id: required, item_id: required, status: statuses, completed_by: text },
    async (call) => {
      checkUnscoped(call)
      const { request, project } = call
      const status = statusOf(request.status)
      if (status === undefined) {
        throw invalid('`status` must be one of PENDING, COMPLETE, or DECLINED; got proto enum value 0.')
      }
      const item = { queueId: request.queue_id, traceId: request.item_id }
      // Nobody can settle in another's name where it is known who calls.
      const caller = callerOf(call)
      const by = caller === undefined ? request.completed_by : status === 'pending' ? undefined : caller
      await call.store.transact(call.principal, (tx) => settleItem(tx, project.id, item, { status, by }))
      return { item: itemView(await call.traces.reviewItem(item.queueId, item.traceId.trim())) }
    },
  ),
]

async function shown(call: Pick<Call, 'traces' | 'project'>, id: string) {
  return { review_queue: queueView(await call.traces.reviewQueue(call.project.id, id)) }
}

/** The queue of a person, made when there is none yet; also when others make it at the same time. */
async function queueOfUser(
  call: Pick<Call, 'traces' | 'project' | 'store' | 'principal'>,
  experimentId: string,
  user: string,
): Promise<ReviewQueue> {
  const name = user.trim().toLowerCase()
  const known = await call.traces.reviewQueueNamed(experimentId, name)
  if (known?.kind === 'user') return known
  if (known !== undefined) {
    throw new MlflowError(
      'RESOURCE_ALREADY_EXISTS',
      `A non-user queue named '${name}' already exists; cannot get-or-create a user queue with that name.`,
    )
  }
  try {
    const id = await call.store.transact(call.principal, (tx) =>
      createQueue(tx, {
        projectId: call.project.id,
        experimentId,
        name,
        kind: 'user',
        users: [],
        schemaIds: [],
        createdBy: name,
      }),
    )
    return await call.traces.reviewQueue(call.project.id, id)
  } catch (error) {
    if (!(error instanceof SlipwayError) || error.code !== 'already_exists') throw error
    return await queueOfUser(call, experimentId, user)
  }
}

function kindOf(given: string | undefined): 'user' | 'custom' {
  if (given === 'USER') return 'user'
  if (given === 'CUSTOM') return 'custom'
  throw invalid('`queue_type` must be one of USER or CUSTOM; got proto enum value 0.')
}

function statusOf(given: string | undefined) {
  if (given === 'PENDING') return 'pending'
  if (given === 'COMPLETE') return 'complete'
  return given === 'DECLINED' ? 'declined' : undefined
}

function queueView(queue: ReviewQueue) {
  return {
    queue_id: queue.id,
    experiment_id: queue.experimentId,
    name: queue.name,
    queue_type: queue.kind.toUpperCase(),
    created_by: queue.createdBy ?? undefined,
    creation_time_ms: queue.created,
    last_update_time_ms: queue.updated,
    users: queue.users,
    schema_ids: queue.schemaIds,
  }
}

function itemView(item: ReviewItem) {
  return {
    queue_id: item.queueId,
    item_type: 'TRACE',
    item_id: item.traceId,
    status: item.status.toUpperCase(),
    completed_by: item.completedBy ?? undefined,
    completed_time_ms: item.completed ?? undefined,
    creation_time_ms: item.created,
    last_update_time_ms: item.updated,
  }
}

function invalid(message: string): MlflowError {
  return new MlflowError('INVALID_PARAMETER_VALUE', message)
}
