import { members, projects, session, tokens, users } from './access.ts'
import { alerts, channels } from './alerts.ts'
import { artifacts } from './artifacts.ts'
import { audit } from './audit.ts'
import { datasets, datasetVersions } from './data.ts'
import { deployments, rollouts } from './deployments.ts'
import { evaluationDatasets, evaluations } from './evaluations.ts'
import { grants } from './grants.ts'
import { hints } from './hints.ts'
import { imports } from './imports.ts'
import { holds, retention, sweeps } from './keeping.ts'
import { labels } from './labels.ts'
import { lines } from './lines.ts'
import { models } from './models.ts'
import { monitors } from './monitoring.ts'
import { comments, inbox } from './notes.ts'
import { pipelines } from './pipelines.ts'
import { platform } from './platform.ts'
import { predictions } from './predictions.ts'
import { reports } from './reports.ts'
import { runTable } from './run-table.ts'
import { experiments, runs } from './runs.ts'
import { series } from './series.ts'
import { traces } from './traces.ts'
import { views } from './views.ts'
import { webhooks } from './webhooks.ts'

/** Every operation of the HTTP API, by noun and verb: what the client, the CLI, the UI and OpenAPI are made from. */
export const api = {
  session,
  users,
  projects,
  members,
  grants,
  tokens,
  audit,
  platform,
  hints,
  deployments,
  rollouts,
  predictions,
  labels,
  lines,
  pipelines,
  experiments,
  runs,
  runTable,
  series,
  traces,
  evaluations,
  evaluationDatasets,
  artifacts,
  holds,
  retention,
  sweeps,
  models,
  imports,
  datasets,
  datasetVersions,
  monitors,
  alerts,
  channels,
  webhooks,
  views,
  comments,
  inbox,
  reports,
}

export { apiPrefix } from './prefix.ts'
