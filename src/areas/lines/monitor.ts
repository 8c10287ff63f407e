import type { Signature } from '../../contract/models.ts'
import type { MonitorConfig } from '../monitoring/index.ts'
import { durationMs, windowOf } from './quantity.ts'
import type { Line } from './reader.ts'

const defaultShare = 0.5
const defaultLabelsWithin = '7d'

/** What the line file asks of monitoring, for the version that serves now. */
export function monitorOf(line: Line, signature: Signature | null): MonitorConfig {
  const { drift, performance, alert } = line.spec.monitor ?? {}
  const output = signature?.outputs[0]?.name ?? 'label'
  const columns = signature?.inputs[0]?.columns
  return {
    deploymentId: line.deployment_id,
    projectId: line.project_id,
    lineId: line.id,
    ...(drift && line.reference_version_id !== null
      ? {
          drift: {
            window: windowOf(drift.window),
            referenceVersionId: line.reference_version_id,
            share: drift.share ?? defaultShare,
            ...(columns === undefined ? {} : { columns }),
          },
        }
      : {}),
    ...(performance
      ? {
          performance: {
            metric: performance.metric,
            ...(performance.min === undefined ? {} : { min: performance.min }),
            ...(performance.max === undefined ? {} : { max: performance.max }),
            window: windowOf(performance.window ?? drift?.window ?? '1d'),
            output,
            labelsWithinMs: durationMs(performance.labels_within ?? defaultLabelsWithin),
          },
        }
      : {}),
    channels: alert ?? [],
  } as MonitorConfig
}
