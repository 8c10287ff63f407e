/** Which queries (by the first part of their key) a change of a topic makes out of date. */
const affected: Record<string, readonly string[]> = {
  line: ['lines'],
  cycle: ['lines'],
  decision: ['lines'],
  pipeline_run: ['pipelines', 'lines'],
  job: ['pipelines'],
  dataset: ['datasets', 'lines'],
  dataset_version: ['datasets', 'lines'],
  experiment: ['runs', 'experiments'],
  run: ['runs', 'experiments'],
  model: ['models', 'lines'],
  model_version: ['models', 'lines'],
  deployment: ['deployments', 'predictions', 'lines'],
  rollout: ['deployments', 'lines'],
  prediction: ['predictions', 'deployments'],
  predictions: ['predictions', 'deployments'],
  label: ['predictions', 'monitoring'],
  labels: ['predictions', 'monitoring'],
  monitor: ['monitoring', 'lines'],
  monitoring: ['monitoring', 'lines'],
  drift: ['monitoring', 'lines'],
  performance: ['monitoring', 'lines'],
  alert: ['alerts', 'monitoring', 'lines'],
  project: ['session', 'projects', 'members'],
  member: ['members', 'session'],
  token: ['tokens'],
  audit: ['audit'],
}

/** Reads one hint, `topic:id` or JSON that holds it; an unknown topic refreshes everything rather than nothing. */
export function nounsOf(data: string): readonly string[] {
  const topic = topicOf(data)
  if (topic === undefined) return []
  const noun = topic.split(':')[0] ?? ''
  return affected[noun] ?? affected[noun.replace(/s$/, '')] ?? ['*']
}

function topicOf(data: string): string | undefined {
  if (data === '') return undefined
  if (!data.startsWith('{')) return data
  try {
    const parsed: unknown = JSON.parse(data)
    if (typeof parsed === 'object' && parsed !== null && 'topic' in parsed) return String(parsed.topic)
  } catch {
    return undefined
  }
  return undefined
}
