import type { DeploymentSummary, Revision } from '../../../src/contract/deployments.ts'
import type { VersionDetail } from '../../../src/contract/models.ts'
import type { RunDetail } from '../../../src/contract/runs.ts'
import { paths } from '../../paths.ts'
import type { Lineage, LineageNode } from '../tracking/run/lineage.ts'

export interface Deployed extends Pick<DeploymentSummary, 'name' | 'state'> {
  readonly revisions: readonly Pick<Revision, 'number' | 'model_version_id' | 'weight'>[]
}

const commitTag = 'mlflow.source.git.commit'

/** From the data and code over the run to the version and where it serves. */
export function versionLineage(known: {
  project: string
  version: VersionDetail
  runTags: Readonly<Record<string, string>>
  /** What clients said of the data that the run read. */
  runDatasets: readonly Pick<RunDetail['datasets'][number], 'name' | 'digest' | 'context'>[]
  deployments: readonly Deployed[]
}): Lineage {
  const { project, version } = known
  const self = `version ${version.id}`
  const nodes: LineageNode[] = []
  const edges: { from: string; to: string }[] = []
  const { run, dataset } = version.lineage
  const maker = run === null ? self : `run ${run.id}`
  const add = (node: LineageNode, to: string) => {
    nodes.push(node)
    edges.push({ from: node.id, to })
  }
  if (dataset !== null) {
    const [name, number] = dataset.split(/[\s@:]+v?/)
    const known = name !== undefined && /^\d+$/.test(number ?? '')
    const to = known ? { to: paths.datasetVersion(project, name, Number(number)) } : {}
    add({ id: `dataset ${dataset}`, kind: 'dataset', label: dataset, note: 'data', ...to }, maker)
  }
  for (const { name, digest, context } of known.runDatasets) {
    if (name === dataset) continue
    add({ id: `dataset ${name} ${digest}`, kind: 'dataset', label: name, note: context ?? digest }, maker)
  }
  const commit = known.runTags[commitTag]
  if (commit !== undefined) {
    const note = known.runTags['mlflow.source.name'] ?? 'code'
    add({ id: `code ${commit}`, kind: 'code', label: `commit ${commit.slice(0, 10)}`, note }, maker)
  }
  if (run !== null) {
    add({ id: maker, kind: 'run', label: run.name, note: 'run', to: paths.run(project, run.id) }, self)
  }
  const label = `${version.model} v${version.version}`
  nodes.push({
    id: self,
    kind: 'version',
    label,
    note: version.aliases.join(', ') || 'version',
    current: true,
  })
  for (const deployment of known.deployments) {
    const revisions = deployment.revisions.filter((one) => one.model_version_id === version.id)
    if (revisions.length === 0) continue
    const weight = revisions.reduce((sum, revision) => sum + revision.weight, 0)
    const id = `deployment ${deployment.name}`
    const note = weight > 0 ? `serves ${Math.round(weight)} %` : 'takes no traffic'
    nodes.push({
      id,
      kind: 'deployment',
      label: deployment.name,
      note,
      to: paths.deployment(project, deployment.name),
    })
    edges.push({ from: self, to: id })
  }
  return { nodes, edges }
}
