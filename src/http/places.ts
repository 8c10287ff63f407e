import type { PlacesOf, Thing } from '../areas/access/index.ts'
import { isPrompt, type Registry } from '../areas/registry/index.ts'
import type { Traces } from '../areas/traces/index.ts'
import { isRunId, type Tracking } from '../areas/tracking/index.ts'

interface Areas {
  readonly tracking: Tracking
  readonly registry: Registry
  readonly traces: Traces
}

/** Where the things lie that the paths of our own API name: `:experiment`, `:run`, `:trace`, `:model`. */
export function createPlaces({ tracking, registry, traces }: Areas): PlacesOf {
  const find = {
    async experiment(projectId: string, id: string) {
      const experiment = await tracking.experiment(projectId, id)
      return experiment === undefined ? [] : [[thing('experiment', experiment.id)]]
    },
    async run(projectId: string, id: string) {
      const run = isRunId(id) ? await tracking.findRun(projectId, id) : undefined
      return run === undefined ? [] : [[thing('run', '*'), thing('experiment', run.experimentId)]]
    },
    async trace(projectId: string, id: string) {
      const trace = await traces.trace(projectId, id)
      return [[thing('trace', '*'), thing('experiment', trace.experimentId)]]
    },
    async model(projectId: string, name: string) {
      const model = await registry.findModel(projectId, name)
      if (model === undefined) return []
      return [[thing(isPrompt(model.tags) ? 'prompt' : 'registered_model', name)]]
    },
  }
  return async (projectId, named) => {
    const places: (readonly Thing[])[] = []
    for (const [name, of] of Object.entries(find)) {
      const given = named[name]
      if (typeof given === 'string') places.push(...(await of(projectId, given)))
    }
    return places
  }
}

function thing(type: Thing['type'], id: string): Thing {
  return { type, id }
}
