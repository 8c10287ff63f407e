import type { PointsRecord } from '../../../contract/records.ts'
import { type WireLoggedModel, whole } from './wire.ts'

/** A point of a run that was logged for a model: MLflow keeps it once with the run and once with the model. */
export interface ModelPoint {
  readonly runId: string
  readonly key: string
  readonly step: number
  readonly time: number
  readonly value: number
  readonly modelId: string
  readonly datasetName: string | null
  readonly datasetDigest: string | null
}

export function modelPointsOf({ info, data }: WireLoggedModel): ModelPoint[] {
  return (data?.metrics ?? []).map((metric) => ({
    runId: metric.run_id ?? '',
    key: metric.key,
    step: whole(metric.step),
    time: whole(metric.timestamp),
    value: Number(metric.value),
    modelId: info.model_id,
    datasetName: metric.dataset_name || null,
    datasetDigest: metric.dataset_digest || null,
  }))
}

/** The points with the models and datasets that they were logged for. */
export function linkPoints(record: PointsRecord, linked: readonly ModelPoint[]): PointsRecord {
  if (linked.length === 0) return record
  const key = (step: unknown, time: unknown, value: unknown) => `${step} ${time} ${Number(value)}`
  const byPlace = Map.groupBy(linked, (point) => key(point.step, point.time, point.value))
  const models = record.steps.flatMap((step, at) => {
    const [link] = byPlace.get(key(step, record.times[at], record.values[at])) ?? []
    return link === undefined
      ? []
      : [
          {
            at,
            model_id: link.modelId,
            dataset_name: link.datasetName,
            dataset_digest: link.datasetDigest,
          },
        ]
  })
  return models.length === 0 ? record : { ...record, models }
}
