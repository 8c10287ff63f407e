import type { Area } from '../../base/area.ts'
import type { Store } from '../../store/store.ts'
import type { Artifacts } from '../artifacts/index.ts'
import { changeRoutes } from './change-routes.ts'
import { createFace } from './face.ts'
import { compactHandler } from './points/file/compact.ts'
import { purge } from './purge.ts'
import { trackingRoutes } from './routes.ts'
import { tableRoutes } from './table/routes.ts'

export type { Experiment } from './experiment.ts'
export type { ExperimentSearch } from './experiment-reader.ts'
export type { NewExperiment } from './experiment-writer.ts'
export {
  removeExperimentTag,
  renameExperiment,
  setExperimentDeleted,
  setExperimentTag,
} from './experiment-writer.ts'
export type { Clause } from './filter/clause.ts'
export { parseFilter } from './filter/clause.ts'
export { type Grammar, plainEntities } from './filter/grammar.ts'
export { parseOrder } from './filter/order.ts'
export {
  after,
  all,
  type Condition,
  compare,
  compareTag,
  cursorColumn,
  orderBy,
  type SortKey,
} from './filter/sql.ts'
export { type Token as FilterToken, tokenize as tokenizeFilter } from './filter/token.ts'
export { checkKey, shown } from './key.ts'
export type { LoggedModel, LoggedModelStatus } from './logged-model.ts'
export type { LoggedModelOrder } from './logged-model-reader.ts'
export { changeLoggedModel, type NewLoggedModel } from './logged-model-writer.ts'
export { type Point, wireValue } from './metric.ts'
export { decodeCursor, encodeCursor } from './page.ts'
export {
  isRunId,
  type KeyValue,
  type Run,
  type RunDataset,
  type RunInfo,
  type RunModel,
  type RunStatus,
  type Summary,
} from './run.ts'
export { tagsOf, tagsToJson } from './run-row.ts'
export type { RunSearch, View } from './run-search.ts'
export { deleteRun, type NewRun, type RunChange, restoreRun, updateRun } from './run-writer.ts'
export { takeExperiment } from './take-over/experiment.ts'
export { takeLoggedModel } from './take-over/logged-model.ts'
export { takeLinks, takeRun } from './take-over/run.ts'

/** Experiments, runs and what they logged. */
export function createTracking(deps: { store: Store; artifacts: Artifacts }) {
  const face = createFace(deps.store, deps.artifacts)
  const compactor = compactHandler({ store: deps.store, blobs: deps.artifacts.blobs })
  const area: Area = {
    name: 'tracking',
    routes: routesOf({ ...deps, tracking: face }),
    work: [compactor],
    references: ['select digest from metric_files'],
    retain: (rule, attempt) => purge(deps, rule, attempt),
  }
  return { area, ...face }
}

function routesOf(deps: Parameters<typeof trackingRoutes>[0]) {
  return [...trackingRoutes(deps), ...tableRoutes(deps), ...changeRoutes(deps)]
}

export type Tracking = ReturnType<typeof createTracking>
