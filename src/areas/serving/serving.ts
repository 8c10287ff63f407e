import type { Area } from '../../base/area.ts'
import type { Tx } from '../../store/store.ts'
import type { NewDeployment } from './deployment.ts'
import type { Labelled, LabelledRequest } from './predictions/labelled.ts'
import type { Part, PartRange } from './predictions/part.ts'
import type { NewRollout } from './rollouts/start.ts'
import type { Traffic } from './traffic/traffic.ts'

/** A deployment as other areas see it. */
export interface DeploymentFacts {
  readonly id: string
  readonly projectId: string
  readonly name: string
  /** The model name in inference URLs. */
  readonly inferenceName: string
  readonly lineId: string | null
  readonly risk: string
  /** Revisions that have traffic, by number. */
  readonly weights: readonly {
    readonly revision: number
    readonly weight: number
    readonly modelVersionId: string
  }[]
  readonly rolloutId: string | null
  /** Of this minute and the one before, over all revisions. */
  readonly lastMinute: Traffic
}

export interface RolloutFacts {
  readonly id: string
  readonly deploymentId: string
  readonly revision: number
  readonly modelVersionId: string
  readonly state: 'waiting' | 'running' | 'paused' | 'completed' | 'aborted'
  /** Why it ended as it did; null while it goes on. */
  readonly reason: string | null
  /** What it waits for, in words; null when it has ended. */
  readonly waitingFor: string | null
}

/** Deployments, rollouts, the prediction log and its labels. */
export interface Serving {
  readonly area: Area
  ensureDeployment(tx: Tx, wanted: NewDeployment): Promise<string>
  /** Ends what is under way and stops serving; the prediction log stays. */
  removeDeployment(tx: Tx, deploymentId: string): Promise<void>
  startRollout(tx: Tx, wanted: NewRollout): Promise<string>
  abortRollout(tx: Tx, rolloutId: string, reason: string): Promise<void>
  rollback(tx: Tx, deploymentId: string, options: { reason: string; revision?: number }): Promise<string>
  /** Undefined when there is none, or when it was deleted. */
  deployment(id: string): Promise<DeploymentFacts | undefined>
  rollout(id: string): Promise<RolloutFacts | undefined>
  /** The prediction log: Parquet files in order, each row in exactly one of them. */
  parts(deploymentId: string, range?: PartRange): Promise<readonly Part[]>
  /** Undefined when no row has a label. Dispose of the answer: that removes its file. */
  labelledPredictions(request: LabelledRequest): Promise<Labelled | undefined>
  /** Rows that got their first label since then. */
  labelsSince(deploymentId: string, since: Date): Promise<number>
}
