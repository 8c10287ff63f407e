import type { Rpc } from './rpc.ts'
import { rpc } from './rpc.ts'
import { doubleView } from './show.ts'
import { experimentIds } from './traces.ts'

const base = '/3.0/mlflow/traces'
const views = ['TRACES', 'SPANS', 'ASSESSMENTS'] as const
const aggregations = ['COUNT', 'SUM', 'AVG', 'PERCENTILE', 'MIN', 'MAX'] as const
const mostPoints = 10_000

export const traceMetricRpcs: readonly Rpc[] = [
  rpc(
    'POST',
    `${base}/metrics`,
    'runs:read',
    {
      experiment_ids: { type: 'string', list: true },
      view_type: { type: 'enum', values: views, required: true },
      metric_name: { type: 'string', required: true },
      aggregations: {
        type: 'message',
        list: true,
        fields: {
          aggregation_type: { type: 'enum', values: aggregations, required: true },
          percentile_value: { type: 'double' },
        },
      },
      dimensions: { type: 'string', list: true },
      filters: { type: 'string', list: true },
      time_interval_seconds: { type: 'int64' },
      start_time_ms: { type: 'int64' },
      end_time_ms: { type: 'int64' },
      max_results: { type: 'int64' },
      page_token: { type: 'string' },
    },
    async (call) => {
      const { request, project } = call
      const points = await call.traces.metrics({
        projectId: project.id,
        experimentIds: await experimentIds(call, request.experiment_ids),
        view: request.view_type,
        metric: request.metric_name,
        aggregations: request.aggregations.map((one) => ({
          type: one.aggregation_type,
          percentile: one.percentile_value,
        })),
        dimensions: request.dimensions,
        filters: request.filters,
        intervalSeconds: numberOf(request.time_interval_seconds) || undefined,
        from: numberOf(request.start_time_ms),
        to: numberOf(request.end_time_ms),
        limit: Math.min(mostPoints, numberOf(request.max_results) || 1000),
      })
      return {
        data_points: points.map((point) => ({ metric_name: request.metric_name, ...point })),
      }
    },
  ),
  rpc(
    'POST',
    `${base}/calculate-filter-correlation`,
    'runs:read',
    {
      experiment_ids: { type: 'string', list: true },
      filter_string1: { type: 'string', required: true },
      filter_string2: { type: 'string', required: true },
      base_filter: { type: 'string' },
    },
    async (call) => {
      const { request, project } = call
      const found = await call.traces.correlate({
        projectId: project.id,
        experimentIds: await experimentIds(call, request.experiment_ids),
        filters: [request.filter_string1, request.filter_string2],
        base: request.base_filter || undefined,
      })
      return {
        npmi: doubleView(found.npmi),
        npmi_smoothed: doubleView(found.npmiSmoothed),
        filter1_count: found.first,
        filter2_count: found.second,
        joint_count: found.both,
        total_count: found.total,
      }
    },
  ),
]

function numberOf(value: number | bigint | undefined): number | undefined {
  return value === undefined ? undefined : Number(value)
}
