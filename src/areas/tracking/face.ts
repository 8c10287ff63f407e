import type { Store, Tx } from '../../store/store.ts'
import type { Artifacts } from '../artifacts/index.ts'
import { datasetsOf } from './dataset-reader.ts'
import { defaultId, defaultName, type Experiment, experimentNotFound } from './experiment.ts'
import { createExperimentReader, type ExperimentSearch } from './experiment-reader.ts'
import { ensureDefault, ensureExperiment, insertExperiment, type NewExperiment } from './experiment-writer.ts'
import { createLoggedModelReader } from './logged-model-reader.ts'
import { insertLoggedModel, type NewLoggedModel } from './logged-model-writer.ts'
import { createLogging } from './logging.ts'
import { createMetricReader } from './metric-reader.ts'
import { SegmentReader } from './points/file/read.ts'
import { openFiles } from './points/file/segments.ts'
import { readSeries, type SeriesWanted } from './points/series-reader.ts'
import { type Run, runNotFound } from './run.ts'
import { createRunReader } from './run-reader.ts'
import { type RunSearch, searchRuns } from './run-search.ts'
import { insertRun, type NewRun, updateRun } from './run-writer.ts'

/** What other areas and adapters do with experiments, runs and what they logged. */
export function createFace(store: Store, artifacts: Pick<Artifacts, 'home' | 'blobs'>) {
  const experiments = createExperimentReader(store)
  const reader = new SegmentReader(artifacts.blobs)
  const metrics = createMetricReader(store, openFiles(store, reader))
  const runs = createRunReader(store, metrics.count)
  const models = createLoggedModelReader(store)
  const logging = createLogging(store, runs)

  /** Project default has experiment "0"; asked for in another project, that is its own default experiment. */
  async function experiment(projectId: string, id: string): Promise<Experiment | undefined> {
    const found = await experiments.byId(projectId, id)
    if (found !== undefined || id !== defaultId) return found
    return await defaultExperiment(projectId)
  }

  async function defaultExperiment(projectId: string): Promise<Experiment | undefined> {
    const found = await experiments.byName(projectId, defaultName)
    if (found !== undefined) return found
    const home = await artifacts.home(projectId)
    await store.housekeep((tx) => ensureDefault(tx, projectId, home))
    return await experiments.byName(projectId, defaultName)
  }

  /** Fails with `already_exists` when the project has one of that name, deleted or not. Returns the id. */
  async function createExperiment(tx: Tx, experiment: Omit<NewExperiment, 'home'>): Promise<string> {
    return await insertExperiment(tx, { ...experiment, home: await artifacts.home(experiment.projectId) })
  }

  /** Finds an experiment by name or makes it. One that is deleted can't be used. */
  async function experimentNamed(tx: Tx, projectId: string, name: string): Promise<string> {
    return await ensureExperiment(tx, { projectId, name, home: await artifacts.home(projectId) })
  }

  async function experimentByName(projectId: string, name: string): Promise<Experiment | undefined> {
    if (name === defaultName) return await defaultExperiment(projectId)
    return await experiments.byName(projectId, name)
  }

  async function searchExperiments(search: ExperimentSearch) {
    await defaultExperiment(search.projectId)
    return await experiments.search(search)
  }

  async function activeExperiment(projectId: string, id: string): Promise<Experiment> {
    const found = await experiment(projectId, id)
    if (found === undefined) throw experimentNotFound(id)
    return found
  }

  /** Returns the run's id. Without an experiment it goes to the default one. */
  async function createRun(tx: Tx, run: Omit<NewRun, 'experimentId'> & { experimentId?: string }) {
    const home = await ofTransaction(tx, run.projectId, run.experimentId || defaultId)
    return await insertRun(tx, { ...run, experimentId: home.id }, home)
  }

  /** Within a transaction the experiment may have been made by it, so that others can't see it yet. */
  async function ofTransaction(tx: Tx, projectId: string, id: string): Promise<Experiment> {
    const own = createExperimentReader({ ...store, read: tx.db })
    return (await own.byId(projectId, id)) ?? (await activeExperiment(projectId, id))
  }

  async function createLoggedModel(tx: Tx, experimentId: string, model: NewLoggedModel): Promise<string> {
    return await insertLoggedModel(tx, model, await activeExperiment(model.projectId, experimentId))
  }

  /** Ends a run that the platform itself started. */
  async function finishRun(tx: Tx, projectId: string, id: string, status: 'finished' | 'failed' | 'killed') {
    await updateRun(tx, projectId, id, { status, end: tx.now.getTime() })
  }

  async function search(
    wanted: RunSearch,
  ): Promise<{ runs: Run[]; next?: string; scans: readonly string[] }> {
    const { runs: found, ...rest } = await searchRuns(store, await withDefault(wanted))
    return { runs: await runs.withDetails(found), ...rest }
  }

  async function withDefault(wanted: RunSearch): Promise<RunSearch> {
    if (wanted.experimentIds?.includes(defaultId) !== true) return wanted
    const home = await defaultExperiment(wanted.projectId)
    const experimentIds = wanted.experimentIds.map((id) => (id === defaultId ? (home?.id ?? id) : id))
    return { ...wanted, experimentIds }
  }

  /** The run with all that it logged. Fails with `not_found`. */
  async function run(projectId: string, id: string): Promise<Run> {
    const found = await runs.run(projectId, id)
    if (found === undefined) throw runNotFound(id)
    return found
  }

  return {
    ...logging,
    ...models,
    experiment,
    activeExperiment,
    createExperiment,
    ensureExperiment: experimentNamed,
    experimentByName,
    searchExperiments,
    activity: experiments.activity,
    createRun,
    createLoggedModel,
    finishRun,
    run,
    findRun: runs.run,
    counted: runs.counted,
    searchRuns: search,
    metrics,
    datasets: (projectId: string, experimentIds: readonly string[]) =>
      datasetsOf(store, projectId, experimentIds),
    series: (wanted: SeriesWanted) => readSeries(store, reader, wanted),
  }
}

export type TrackingFace = ReturnType<typeof createFace>
