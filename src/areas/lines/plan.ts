import type { LineSpec } from '../../contract/linespec.ts'
import type { StepSpec } from '../pipelines/index.ts'
import { durationMs, memoryBytes } from './quantity.ts'

export interface Champion {
  readonly versionId: string
  readonly digest: string
}

export interface CyclePlan {
  readonly spec: LineSpec
  readonly files: Readonly<Record<string, string>>
  readonly codeDigest: string
  readonly cycleId: string
  readonly deploymentId: string
  /** The newest version when the cycle began: later uploads do not change what this cycle sees. */
  readonly datasetVersionId: string
  readonly champion: Champion | null
  /** Whether labelled predictions become training data in this cycle; needs `data.train.id`. */
  readonly collect: boolean
  /** From when on the inputs differ, if that is why the cycle began. */
  readonly since: Date | null
}

const defaults = { timeoutMs: 3_600_000, memoryBytes: 4 * 1024 ** 3, cpu: 2, graceMs: 10_000, holdout: 0.2 }

/** The steps of one cycle: (collect →) check → split → train → register → evaluate. */
export function cycleSteps(plan: CyclePlan): StepSpec[] {
  const { spec } = plan
  const { label, id, time, features } = spec.data.train
  const columns = { label, ...(id === undefined ? {} : { id }), ...(time === undefined ? {} : { time }) }
  const collect = plan.collect && id !== undefined
  const version = collect ? { from: 'collect.dataset_version_id' } : plan.datasetVersionId
  const checks = spec.data.checks === undefined ? null : (plan.files[spec.data.checks] ?? null)
  return [
    ...(collect ? [collectStep(plan, columns)] : []),
    { name: 'check', kind: 'data.check', with: { version, checks } },
    {
      name: 'split',
      kind: 'data.split',
      needs: ['check'],
      with: {
        version,
        columns: { ...columns, ...(features === undefined ? {} : { features }) },
        holdout: spec.data.holdout ?? defaults.holdout,
        format: spec.data.train.format ?? 'parquet',
      },
    },
    trainStep(plan),
    {
      name: 'register',
      kind: 'registry.register',
      with: {
        model: spec.line,
        files: { from: 'train.model' },
        run_id: { from: 'train.run_id' },
        features: { from: 'split.features' },
        dataset_version_id: version,
      },
    },
    evaluateStep(plan, 'evaluate', { from: 'register.model_version_id' }, { from: 'register.file' }),
    ...(plan.champion
      ? [
          evaluateStep(plan, 'evaluate-champion', plan.champion.versionId, {
            path: 'model.onnx',
            digest: plan.champion.digest,
          }),
        ]
      : []),
  ]
}

function collectStep(plan: CyclePlan, columns: object): StepSpec {
  return {
    name: 'collect',
    kind: 'lines.collect',
    with: {
      cycle_id: plan.cycleId,
      deployment_id: plan.deploymentId,
      dataset_version_id: plan.datasetVersionId,
      line: plan.spec.line,
      columns,
      since: plan.since?.toISOString() ?? null,
    },
  }
}

function trainStep(plan: CyclePlan): StepSpec {
  const { train, data, line } = plan.spec
  return {
    name: 'train',
    kind: 'command',
    with: {
      command: train.run,
      code: plan.codeDigest,
      ...(train.python === undefined ? {} : { requirements: plan.files[train.python] }),
      inputs: { train: { from: 'split.train' } },
      outputs: ['model'],
      params: { label: data.train.label, features: { from: 'split.features' }, ...train.params },
      experiment: line,
      limits: {
        timeoutMs: train.timeout === undefined ? defaults.timeoutMs : durationMs(train.timeout),
        memoryBytes:
          train.resources?.memory === undefined ? defaults.memoryBytes : memoryBytes(train.resources.memory),
        cpu: train.resources?.cpu ?? defaults.cpu,
        graceMs: defaults.graceMs,
      },
    },
  }
}

/** Gates believe only the platform: it runs the registered bytes itself, champion and challenger on the same rows. */
function evaluateStep(plan: CyclePlan, name: string, versionId: unknown, file: unknown): StepSpec {
  const slices = (plan.spec.gates ?? []).flatMap((gate) => ('slice' in gate ? [gate.slice.by] : []))
  return {
    name,
    kind: 'registry.evaluate',
    needs: ['register'],
    with: {
      model_version_id: versionId,
      file,
      data: { from: 'split.test' },
      dataset_version_id: { from: 'split.dataset_version_id' },
      features: { from: 'split.features' },
      label: plan.spec.data.train.label,
      slices: [...new Set(slices)],
    },
  }
}
