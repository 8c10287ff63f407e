import type { DeploymentSummary, Revision } from '../../../../src/contract/deployments.ts'
import type { Version } from '../../../../src/contract/models.ts'
import type { RunDetail, RunModel } from '../../../../src/contract/runs.ts'
import { paths } from '../../../paths.ts'

export type LineageKind = 'dataset' | 'code' | 'run' | 'model' | 'version' | 'deployment'

export interface LineageNode {
  readonly id: string
  readonly kind: LineageKind
  readonly label: string
  readonly note: string
  readonly to?: string
  readonly search?: Readonly<Record<string, string>>
  readonly current?: boolean
}

export interface Lineage {
  readonly nodes: readonly LineageNode[]
  readonly edges: readonly { readonly from: string; readonly to: string }[]
}

interface Known {
  readonly project: string
  readonly run: RunDetail
  readonly models: readonly RunModel[]
  readonly versions: readonly Version[]
  readonly deployments: readonly (Pick<DeploymentSummary, 'name' | 'state'> & {
    readonly revisions: readonly Pick<Revision, 'number' | 'model_version_id' | 'weight'>[]
  })[]
}

/** From the data over the run to what serves: what is known of it, as nodes and arrows. */
export function lineageOf({ project, run, models, versions, deployments }: Known): Lineage {
  const nodes = new Map<string, LineageNode>()
  const edges: { from: string; to: string }[] = []
  const add = (node: LineageNode) => nodes.set(node.id, nodes.get(node.id) ?? node)
  const link = (from: string, to: string) => edges.push({ from, to })
  const self = `run ${run.id}`
  for (const dataset of run.datasets) {
    const node = datasetNode(project, dataset)
    add(node)
    link(node.id, self)
  }
  const parent = run.tags['mlflow.parentRunId']
  if (parent !== undefined) {
    add({
      id: `run ${parent}`,
      kind: 'run',
      label: parent.slice(0, 8),
      note: 'parent run',
      to: paths.run(project, parent),
    })
    link(`run ${parent}`, self)
  }
  add({ id: self, kind: 'run', label: run.name, note: run.status, current: true })
  for (const model of models) {
    const id = `model ${model.id}`
    add({
      id,
      kind: 'model',
      label: model.name === '' ? model.id : model.name,
      note: model.model_type || 'logged model',
      ...filesOf(project, run, model),
    })
    if (model.direction === 'output') link(self, id)
    else link(id, self)
  }
  const made = models.filter((model) => model.direction === 'output')
  for (const version of versions) {
    const id = `version ${version.id}`
    add({
      id,
      kind: 'version',
      label: `${version.model} v${version.version}`,
      note: version.aliases.length > 0 ? version.aliases.join(', ') : 'registered',
      to: paths.modelVersion(project, version.model, version.version),
    })
    // Which of several logged models was registered is not told: then the arrow comes from the run.
    const [only] = made
    link(only !== undefined && made.length === 1 ? `model ${only.id}` : self, id)
  }
  for (const deployment of deployments) {
    for (const revision of deployment.revisions) {
      const version = versions.find((each) => each.id === revision.model_version_id)
      if (version === undefined) continue
      const id = `deployment ${deployment.name}`
      add({
        id,
        kind: 'deployment',
        label: deployment.name,
        note: `r${revision.number}, ${revision.weight} % of traffic`,
        to: paths.deployment(project, deployment.name),
      })
      link(`version ${version.id}`, id)
    }
  }
  return { nodes: [...nodes.values()], edges: unique(edges) }
}

function datasetNode(project: string, dataset: RunDetail['datasets'][number]): LineageNode {
  const base = {
    id: `dataset ${dataset.name} ${dataset.digest}`,
    kind: 'dataset',
    label: dataset.name,
  } as const
  const note = dataset.context ?? dataset.source_type
  const own = dataset.source_type === 'slipway' ? /^([a-z][a-z0-9-]*) v(\d+)$/.exec(dataset.name) : null
  if (own?.[1] === undefined) return { ...base, note }
  return { ...base, note, to: paths.datasetVersion(project, own[1], Number(own[2])) }
}

function filesOf(project: string, run: RunDetail, model: RunModel) {
  if (model.direction === 'input') {
    return model.source_run === null ? {} : { to: paths.run(project, model.source_run) }
  }
  return {
    to: paths.run(project, run.id),
    search: { tab: 'artifacts', of: `logged-models/${model.id}`, path: 'MLmodel' },
  }
}

function unique(edges: readonly { from: string; to: string }[]) {
  return [...new Map(edges.map((edge) => [`${edge.from}\n${edge.to}`, edge])).values()]
}

/** The same as sentences, for those who do not see the picture. */
export function sentencesOf(lineage: Lineage): string[] {
  const name = new Map(lineage.nodes.map((node) => [node.id, `${wordOf[node.kind]} ${node.label}`]))
  return lineage.edges.map((edge) => `${name.get(edge.from)} → ${name.get(edge.to)}`)
}

const wordOf: Readonly<Record<LineageKind, string>> = {
  dataset: 'dataset',
  code: 'code',
  run: 'run',
  model: 'logged model',
  version: 'model version',
  deployment: 'deployment',
}
