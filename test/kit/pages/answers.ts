import * as access from './access.ts'
import * as alerts from './alerts.ts'
import { collaboration } from './collaboration.ts'
import * as data from './data.ts'
import * as keeping from './keeping.ts'
import * as lines from './lines.ts'
import * as madeUp from './made-up.ts'
import * as models from './models.ts'
import * as monitoring from './monitoring.ts'
import * as pipelines from './pipelines.ts'
import * as serving from './serving.ts'
import * as traces from './traces.ts'
import * as tracking from './tracking.ts'

type Answer = (params: Record<string, string>, query: URLSearchParams, body: never) => unknown

/** Answered as not found. */
export const missing = Symbol('missing')
export { log } from './pipelines.ts'

const empty = (params: Record<string, string>) => params.project === 'empty'

/** What each operation answers, by its id. Project `empty` has nothing. */
export const answers: Record<string, Answer> = {
  ...collaboration,
  'session.get': () => access.me,
  'session.login': () => access.me,
  'platform.version': () => ({ version: '0.1.0', api: 'v1' }),
  'lines.list': (p) => ({ lines: empty(p) ? [] : lines.lines }),
  'lines.get': (p) => (p.line === 'digit-reader' ? lines.detail : missing),
  'lines.decisions': () => ({ decisions: lines.decisions }),
  'lines.retrain': () => lines.detail,
  'pipelines.get': () => pipelines.pipelineRun,
  'datasets.list': (p) => ({ datasets: empty(p) ? [] : [data.dataset] }),
  'datasets.get': () => data.dataset,
  'datasetVersions.list': () => ({ versions: data.datasetVersions }),
  'datasetVersions.get': () => data.datasetVersion,
  'datasetVersions.rows': () => data.rows,
  'datasetVersions.checks': () => ({ reports: data.reports }),
  'experiments.list': () => ({ experiments: tracking.experiments }),
  'experiments.get': () => tracking.experiments[0],
  'runTable.rows': (p, _q, body) => (empty(p) ? { runs: [] } : tracking.tableRows(body)),
  'runTable.count': (p) => (empty(p) ? { runs: 0, running: 0 } : { runs: 22, running: 1 }),
  'runTable.groups': (_p, _q, body) => tracking.groups(body),
  'runTable.keys': (p) => (empty(p) ? { metrics: [], params: [], tags: [] } : tracking.runKeys),
  'runTable.values': () => ({ values: ['lbfgs', 'newton-cg'] }),
  'series.query': (_p, _q, body) => tracking.series(body),
  'views.list': () => ({ views: tracking.views }),
  'artifacts.list': (_p, q) => ({ artifacts: tracking.files(q) }),
  'artifacts.preview': (_p, q) => tracking.preview(q),
  'runs.get': () => tracking.runDetail,
  'runs.models': () => ({ models: tracking.runModels }),
  'traces.list': (p, q) => ({
    traces: empty(p)
      ? []
      : traces.traces.filter((one) => !q.get('filter')?.includes('ERROR') || one.state === 'error'),
  }),
  'traces.activity': (p) => (empty(p) ? { every: 1_800_000, buckets: [] } : traces.activity),
  'traces.get': (p) => traces.traceDetail(p.trace ?? ''),
  'traces.spans': (p, q) => traces.spansOf(p.trace ?? '', q.get('cursor')),
  'traces.span': (p) => traces.spanDetail(p.span ?? ''),
  'evaluations.list': (p) => ({ evaluations: empty(p) ? [] : traces.evaluations }),
  'evaluations.get': () => traces.evaluations[0],
  'evaluations.records': () => ({ traces: traces.evaluationTraces }),
  'evaluationDatasets.list': (p) => ({ datasets: empty(p) ? [] : [traces.evaluationDataset] }),
  'evaluationDatasets.get': () => traces.evaluationDataset,
  'evaluationDatasets.records': () => ({ records: traces.evaluationRecords }),
  'models.version': (p) => models.versionDetail(Number(p.version)),
  'models.ofRun': () => ({ versions: models.versions.slice(0, 1) }),
  'deployments.list': (p) => ({ deployments: empty(p) ? [] : [serving.deployment] }),
  'deployments.get': () => serving.deployment,
  'deployments.traffic': (_p, q) => ({ points: serving.trafficPoints(Number(q.get('minutes'))) }),
  'rollouts.list': () => ({ rollouts: serving.rollouts }),
  'predictions.list': () => ({ predictions: serving.predictions }),
  'labels.coverage': () => ({
    received: 4100,
    last_received_at: madeUp.ago(4000),
    total: { rows: 160_880, labelled: 151_200, share: 0.94 },
    hours: [],
  }),
  'monitors.list': () => ({ monitors: [monitoring.monitor] }),
  'monitors.get': () => monitoring.monitor,
  'monitors.drift': () => ({ windows: monitoring.driftWindows }),
  'monitors.performance': () => ({ windows: monitoring.performanceWindows }),
  'alerts.list': (p, q) => ({
    alerts: empty(p) ? [] : alerts.alerts.filter((each) => !q.get('state') || each.state === q.get('state')),
  }),
  'alerts.get': (p) => ({
    ...(alerts.alerts.find((each) => each.id === p.alert) ?? alerts.alerts[0]),
    deliveries: alerts.deliveries,
  }),
  'channels.list': (p) => ({ channels: empty(p) ? [] : alerts.channels }),
  'members.list': () => ({ members: access.members }),
  'tokens.list': () => ({ tokens: access.tokens.slice(0, 1) }),
  'tokens.list_for_project': () => ({ tokens: access.tokens }),
  'holds.list': (p, q) => ({
    holds: empty(p)
      ? []
      : q.get('released') === 'true'
        ? [...keeping.holds, keeping.released]
        : keeping.holds,
  }),
  'retention.get': () => keeping.retention,
  'sweeps.list': () => ({ sweeps: keeping.sweeps, grace_hours: 24 }),
  'audit.list': () => ({ entries: access.auditEntries }),
}
