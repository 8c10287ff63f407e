import { type Route, route } from '../../base/area.ts'
import { decodeCursor, encodeCursor } from '../../base/cursor.ts'
import { SlipwayError } from '../../base/error.ts'
import type { Permission } from '../../base/permission.ts'
import { evaluationDatasets, evaluations } from '../../contract/evaluations.ts'
import { traces as api } from '../../contract/traces.ts'
import type { Store } from '../../store/store.ts'
import type { Tracking } from '../tracking/index.ts'
import { activityOf } from './activity.ts'
import { createAssessment, deleteAssessment } from './assessment-writer.ts'
import { createDatasetReader } from './evaluation/dataset-reader.ts'
import { deleteDataset } from './evaluation/dataset-writer.ts'
import { createEvaluationReader } from './evaluation/evaluation-reader.ts'
import type { TraceReader } from './reader.ts'
import {
  assessmentView,
  datasetView,
  evaluationView,
  recordView,
  spanDetail,
  spanRow,
  traceDetail,
  traceView,
} from './show.ts'
import type { TraceInfo } from './trace.ts'
import { changeTags, deleteTraces } from './writer.ts'

const read: Permission = { action: 'runs:read', on: 'project' }
const write: Permission = { action: 'runs:write', on: 'project' }

interface Deps {
  readonly store: Store
  readonly tracking: Tracking
  readonly reader: TraceReader
}

export function traceRoutes(deps: Deps): Route[] {
  return [...traceOnes(deps), ...spanRoutes(deps), ...assessmentRoutes(deps), ...evaluationRoutes(deps)]
}

function nextOf(next: string | undefined): { next?: string } {
  return next === undefined ? {} : { next }
}

function idsOf(list: string | undefined): string[] | undefined {
  const ids = list?.split(',').filter((id) => id !== '')
  return ids === undefined || ids.length === 0 ? undefined : ids
}

async function shown(reader: TraceReader, projectId: string, infos: readonly TraceInfo[]) {
  const counts = await reader.spanCounts(
    projectId,
    infos.map((info) => info.id),
  )
  return infos.map((info) => traceView(info, counts.get(info.id) ?? 0))
}

function traceOnes({ store, tracking, reader }: Deps): Route[] {
  async function detail(projectId: string, id: string) {
    const trace = await reader.trace(projectId, id)
    const [links, counts, experiment] = await Promise.all([
      reader.links(projectId, id),
      reader.spanCounts(projectId, [id]),
      tracking.experiment(projectId, trace.experimentId),
    ])
    return traceDetail(trace, { spans: counts.get(id) ?? 0, experiment: experiment?.name ?? '', links })
  }
  return [
    route(api.list, read, async ({ project, query }) => {
      const page = await reader.search({
        projectId: project.id,
        experimentIds: idsOf(query.experiment),
        filter: query.filter,
        order: query.order?.split(',').map((clause) => clause.trim()),
        limit: query.limit ?? 100,
        cursor: query.cursor,
      })
      return { traces: await shown(reader, project.id, page.traces), ...nextOf(page.next) }
    }),
    route(api.activity, read, async ({ project, query }) => {
      const { every, buckets } = await activityOf(store, {
        projectId: project.id,
        experimentIds: idsOf(query.experiment),
        filter: query.filter,
        hours: query.hours ?? 24,
      })
      return { every, buckets: buckets.map((one) => ({ ...one, at: new Date(one.at).toISOString() })) }
    }),
    route(api.get, read, ({ project, params }) => detail(project.id, params.trace)),
    route(api.update, write, async ({ project, principal, params, body }) => {
      await store.transact(principal, (tx) => changeTags(tx, project.id, params.trace, body.tags))
      return await detail(project.id, params.trace)
    }),
    route(api.delete, write, async ({ project, principal, body }) => {
      const deleted = await store.transact(principal, (tx) =>
        deleteTraces(tx, { projectId: project.id, ids: body.traces }),
      )
      return { deleted }
    }),
  ]
}

function spanRoutes({ reader }: Deps): Route[] {
  return [
    route(api.spans, read, async ({ project, params, query }) => {
      const trace = await reader.trace(project.id, params.trace)
      const limit = query.limit ?? 5000
      const after = query.cursor === undefined ? undefined : positionOf(query.cursor)
      const spans = await reader.bareSpans(project.id, params.trace, limit + 1, after)
      const last = spans.length > limit ? spans[limit - 1] : undefined
      return {
        spans: spans.slice(0, limit).map((span) => spanRow(span, trace.start)),
        ...nextOf(last && encodeCursor([String(last.start), last.id])),
      }
    }),
    route(api.span, read, async ({ project, params }) => {
      const trace = await reader.trace(project.id, params.trace)
      const span = await reader.span(project.id, params.trace, params.span)
      if (span === undefined) throw new SlipwayError('not_found', `The trace has no span ${params.span}.`)
      return spanDetail(span, trace.start)
    }),
  ]
}

function positionOf(cursor: string): { start: bigint; id: string } {
  const [start, id] = decodeCursor(cursor, ['string', 'string'])
  if (/^-?\d{1,19}$/.test(start)) return { start: BigInt(start), id }
  throw new SlipwayError('invalid_argument', 'query.cursor: not a cursor that a list has answered.')
}

function assessmentRoutes({ store }: Deps): Route[] {
  return [
    route(api.assess, write, async ({ project, principal, params, body }) => {
      const now = Date.now()
      const created = await store.transact(principal, (tx) =>
        createAssessment(tx, project.id, params.trace, {
          kind: body.kind,
          name: body.name,
          value: JSON.stringify(body.value ?? null),
          error: null,
          rationale: body.rationale ?? null,
          sourceType: body.source ?? 'HUMAN',
          sourceId: principal.name,
          spanId: body.span_id ?? null,
          overrides: body.overrides ?? null,
          metadata: {},
          created: now,
          updated: now,
        }),
      )
      return assessmentView(created)
    }),
    route(api.unassess, write, async ({ project, principal, params }) => {
      const deleted = await store.transact(principal, async (tx) => {
        if (await deleteAssessment(tx, project.id, params.trace, params.assessment)) return true
        throw new SlipwayError('not_found', `The trace has no assessment ${params.assessment}.`)
      })
      return { deleted }
    }),
  ]
}

function evaluationRoutes({ store, reader }: Deps): Route[] {
  const scored = createEvaluationReader(store)
  const datasets = createDatasetReader(store)
  return [
    route(evaluations.list, read, async ({ project, query }) => {
      const page = await scored.evaluations(project.id, {
        experimentId: query.experiment,
        limit: query.limit ?? 100,
        cursor: query.cursor,
      })
      return { evaluations: page.evaluations.map(evaluationView), ...nextOf(page.next) }
    }),
    route(evaluations.get, read, async ({ project, params }) =>
      evaluationView(await scored.evaluation(project.id, params.run)),
    ),
    route(evaluations.records, read, async ({ project, params, query }) => {
      const page = await scored.scoredTraces(project.id, params.run, query.limit ?? 100, query.cursor)
      return { traces: await shown(reader, project.id, page.traces), ...nextOf(page.next) }
    }),
    route(evaluationDatasets.list, read, async ({ project, query }) => {
      const page = await datasets.searchDatasets({
        projectId: project.id,
        experimentIds: idsOf(query.experiment),
        order: ['last_update_time DESC'],
        limit: query.limit ?? 100,
        cursor: query.cursor,
      })
      return { datasets: page.datasets.map(datasetView), ...nextOf(page.next) }
    }),
    route(evaluationDatasets.get, read, async ({ project, params }) =>
      datasetView(await datasets.evaluationDataset(project.id, params.dataset)),
    ),
    route(evaluationDatasets.records, read, async ({ project, params, query }) => {
      const page = await datasets.evaluationRecords(
        project.id,
        params.dataset,
        query.limit ?? 100,
        query.cursor,
      )
      return { records: page.records.map(recordView), ...nextOf(page.next) }
    }),
    route(evaluationDatasets.delete, write, async ({ project, principal, params }) => {
      await datasets.evaluationDataset(project.id, params.dataset)
      const deleted = await store.transact(principal, (tx) => deleteDataset(tx, project.id, params.dataset))
      return { deleted }
    }),
  ]
}
