/** Which queries (by the first part of their key) a change of a topic makes out of date. */
const affected: Record<string, readonly string[]> = {
  lines: ['lines'],
  pipelines: ['pipelines', 'lines'],
  datasets: ['datasets'],
  experiments: ['experiments', 'runs'],
  runs: ['runs', 'experiments'],
  traces: ['traces'],
  evaluation_datasets: ['evaluationDatasets'],
  models: ['models'],
  model_versions: ['models'],
  deployments: ['deployments'],
  predictions: ['predictions'],
  labels: ['predictions'],
  monitors: ['monitoring'],
  alerts: ['alerts'],
  channels: ['channels'],
  comments: ['comments', 'inbox'],
  inbox: ['inbox'],
  views: ['views'],
  reports: ['reports'],
  project: ['session'],
  member: ['members', 'session'],
  token: ['tokens'],
  grants: ['grants'],
  webhooks: ['webhooks'],
  // What model servers are told of; deployments say for themselves what changed.
  'serving-snapshot': [],
}

/** Reads one hint, `topic:id`. A topic that is not known here refreshes everything rather than nothing. */
export function nounsOf(hint: string): readonly string[] {
  const [topic = ''] = hint.split(':')
  return topic === '' ? [] : (affected[topic] ?? ['*'])
}
