// Written by tools/gen.ts from the migrations.
import type { ColumnType, Generated } from 'kysely'

export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue }
/** Written as an object or as JSON text; never as a bare array, which the driver would make a PostgreSQL array of. */
export type JsonInput = string | { readonly [key: string]: unknown }
type Json = ColumnType<JsonValue, JsonInput, JsonInput>
type NullableJson = ColumnType<JsonValue | null, JsonInput | null | undefined, JsonInput | null>
type DefaultJson = ColumnType<JsonValue, JsonInput | undefined, JsonInput>
type Timestamp = ColumnType<Date, Date | string, Date | string>
type NullableTimestamp = ColumnType<Date | null, Date | string | null | undefined, Date | string | null>
type DefaultTimestamp = ColumnType<Date, Date | string | undefined, Date | string>

export interface AlertChannels {
  id: string
  project_id: string
  name: string
  kind: string
  host: string
  sealed: Buffer
  created_at: DefaultTimestamp
  deleted_at: NullableTimestamp
}

export interface AlertDeliveries {
  id: string
  project_id: string
  alert_id: string
  channel_id: string
  event: string
  payload: Json
  state: Generated<string>
  attempts: Generated<number>
  status: number | null
  error: string | null
  created_at: Timestamp
  finished_at: NullableTimestamp
}

export interface Alerts {
  id: string
  project_id: string
  monitor_id: string
  deployment_id: string
  line_id: string | null
  kind: string
  title: string
  evidence: Json
  first_sequence: number
  opened_at: Timestamp
  acknowledged_at: NullableTimestamp
  acknowledged_by: string | null
  resolved_at: NullableTimestamp
  resolution: string | null
}

export interface Approvals {
  id: string
  project_id: string
  model_version_id: string
  digest: string
  user_id: string
  user_name: string
  role: string
  decision: string
  comment: string | null
  decided_at: DefaultTimestamp
}

export interface ArtifactFiles {
  project_id: string
  path: string
  digest: string
  size: number
  created_at: DefaultTimestamp
  created_by: string
}

export interface ArtifactUploads {
  id: string
  project_id: string
  path: string
  kind: string
  parts: Generated<number>
  handle: string
  state: Generated<string>
  digest: string | null
  size: number | null
  created_by: string
  created_at: DefaultTimestamp
  expires_at: Timestamp
}

export interface Assessments {
  project_id: string
  trace_id: string
  id: string
  kind: string
  name: string
  value: string | null
  error: NullableJson
  rationale: string | null
  source_type: string
  source_id: string
  span_id: string | null
  run_id: string | null
  overrides: string | null
  valid: Generated<boolean>
  metadata: DefaultJson
  created_ms: number
  updated_ms: number
}

export interface AuditEntries {
  id: string
  project_id: string | null
  recorded_at: DefaultTimestamp
  actor_kind: string
  actor_id: string
  actor_name: string
  token_id: string | null
  action: string
  subject_type: string
  subject_id: string
  details: DefaultJson
}

export interface BlobsCondemned {
  digest: string
  size: number
  since: Timestamp
}

export interface CheckReports {
  id: string
  version_id: string
  project_id: string
  checks: Json
  passed: boolean
  results: Json
  created_by: string
  created_at: DefaultTimestamp
}

export interface Comments {
  id: string
  project_id: string
  subject_type: string
  subject_id: string
  author_id: string
  author: string
  body: string
  created_at: DefaultTimestamp
  edited_at: NullableTimestamp
}

export interface DatasetParts {
  version_id: string
  ordinal: number
  project_id: string
  digest: string
  rows: number
  bytes: number
}

export interface DatasetVersions {
  id: string
  dataset_id: string
  project_id: string
  version: number
  digest: string
  mode: string
  schema: Json
  rows: number
  bytes: number
  profile: Json
  source: Json
  source_key: string | null
  created_at: DefaultTimestamp
}

export interface Datasets {
  id: string
  project_id: string
  name: string
  description: Generated<string>
  last_version: Generated<number>
  created_at: DefaultTimestamp
}

export interface Deployments {
  id: string
  project_id: string
  name: string
  line_id: string | null
  risk: Generated<string>
  min_replicas: Generated<number>
  max_replicas: Generated<number>
  limits: DefaultJson
  last_revision: Generated<number>
  last_part: Generated<number>
  last_label: Generated<number>
  created_at: DefaultTimestamp
  deleted_at: NullableTimestamp
}

export interface DriftReferences {
  monitor_id: string
  version_id: string
  content: Json
  created_at: DefaultTimestamp
}

export interface DriftWindows {
  monitor_id: string
  first_sequence: number
  last_sequence: number
  project_id: string
  from_time: Timestamp
  to_time: Timestamp
  rows: number
  reference_version_id: string
  drifted_share: number
  threshold: number
  verdict: string
  columns: Json
  created_at: DefaultTimestamp
}

export interface EvaluationDatasetExperiments {
  dataset_id: string
  experiment_id: number
}

export interface EvaluationDatasets {
  id: string
  project_id: string
  name: string
  digest: string
  schema: string | null
  tags: DefaultJson
  created_by: string | null
  updated_by: string | null
  created_ms: number
  updated_ms: number
}

export interface EvaluationRecords {
  dataset_id: string
  id: string
  input_hash: string
  inputs: string
  outputs: string | null
  expectations: string | null
  source: string | null
  tags: DefaultJson
  created_by: string | null
  updated_by: string | null
  created_ms: number
  updated_ms: number
}

export interface Events {
  id: string
  type: string
  version: Generated<number>
  project_id: string | null
  subject: string
  occurred_at: Timestamp
  recorded_at: DefaultTimestamp
  data: DefaultJson
}

export interface Experiments {
  id: Generated<number>
  project_id: string
  name: string
  artifact_location: string
  deleted: Generated<boolean>
  tags: DefaultJson
  created_ms: number
  updated_ms: number
}

export interface GrantRoleMembers {
  id: ColumnType<number, never, never>
  role_id: number
  user_id: string
}

export interface GrantRoles {
  id: ColumnType<number, never, never>
  project: string
  name: string
  description: string | null
  personal_of: string | null
  created_at: DefaultTimestamp
}

export interface Grants {
  id: ColumnType<number, never, never>
  role_id: number
  resource_type: string
  resource: string
  permission: string
}

export interface Holds {
  id: string
  project_id: string
  subject_type: string
  subject_id: string
  subject_name: string
  reason: string
  placed_by: string
  placed_at: DefaultTimestamp
  released_by: string | null
  released_at: NullableTimestamp
  release_reason: string | null
}

export interface Idempotency {
  principal: string
  key: string
  request_hash: string
  status: number | null
  answer: NullableJson
  created_at: DefaultTimestamp
}

export interface ImportItems {
  import_id: string
  kind: string
  source_id: string
  target_id: string
  digest: string
}

export interface Imports {
  id: string
  project_id: string
  source: string
  created_at: DefaultTimestamp
  created_by: string
  updated_at: DefaultTimestamp
}

export interface Jobs {
  id: string
  project_id: string
  step_id: string
  attempt: number
  engine: string
  handle: NullableJson
  state: string
  outcome: string | null
  message: string | null
  exit_code: number | null
  log_digest: string | null
  log_size: number | null
  peak_bytes: number | null
  cpu_seconds: number | null
  created_at: DefaultTimestamp
  started_at: NullableTimestamp
  ended_at: NullableTimestamp
}

export interface LabelSchemas {
  id: string
  project_id: string
  experiment_id: number
  name: string
  kind: string
  instruction: string | null
  enable_comment: Generated<boolean>
  input: Json
  standard: Generated<boolean>
  created_by: string | null
  created_ms: number
  updated_ms: number
}

export interface Labels {
  deployment_id: string
  sequence: number
  project_id: string
  prediction_id: string | null
  request_id: string | null
  row: Generated<number>
  value: Json
  observed_at: Timestamp
  received_at: Timestamp
}

export interface LineCycles {
  id: string
  project_id: string
  line_id: string
  number: number
  generation: number
  state: string
  trigger: string
  reason: string
  outcome: string | null
  pipeline_run_id: string | null
  dataset_version_id: string | null
  model_version_id: string | null
  rollout_id: string | null
  collected_rows: Generated<number>
  reference_version_id: string | null
  gates: DefaultJson
  metrics: DefaultJson
  champion_metrics: DefaultJson
  started_at: DefaultTimestamp
  ended_at: NullableTimestamp
}

export interface LineDecisions {
  id: string
  project_id: string
  line_id: string
  cycle: number | null
  kind: string
  sentence: string
  evidence: DefaultJson
  once: string | null
  at: DefaultTimestamp
}

export interface LineGenerations {
  line_id: string
  project_id: string
  generation: number
  spec: Json
  files: Json
  code_digest: string
  applied_by: string
  applied_at: DefaultTimestamp
}

export interface LineTriggers {
  id: string
  project_id: string
  line_id: string
  kind: string
  reason: string
  source: string
  at: DefaultTimestamp
  cycle_id: string | null
}

export interface Lines {
  id: string
  project_id: string
  name: string
  desired: Generated<string>
  generation: Generated<number>
  spec: Json
  files: Json
  code_digest: string
  deployment_id: string
  champion_version_id: string | null
  reference_version_id: string | null
  applied_at: DefaultTimestamp
  created_at: DefaultTimestamp
}

export interface LoggedModels {
  id: string
  project_id: string
  experiment_id: number
  name: string
  model_type: Generated<string>
  source_run_id: string | null
  status: string
  artifact_uri: string
  params: DefaultJson
  tags: DefaultJson
  deleted: Generated<boolean>
  created_ms: number
  updated_ms: number
  named_run: string | null
}

export interface LoginCodes {
  hash: string
  user_id: string
  created_at: DefaultTimestamp
  expires_at: Timestamp
}

export interface Members {
  project_id: string
  user_id: string
  role: string
  created_at: DefaultTimestamp
}

export interface Mentions {
  comment_id: string
  user_id: string
  project_id: string
  read_at: NullableTimestamp
}

export interface MetricChunks {
  run_id: string
  key: string
  first_ms: number
  mark: number
  points: Buffer
}

export interface MetricFiles {
  id: string
  run_id: string
  digest: string
  size: number
  points: number
  created_at: DefaultTimestamp
}

export interface MetricPoints {
  run_id: string
  key: string
  step: number
  time_ms: number
  value: number
  model_id: string | null
  dataset_name: string | null
  dataset_digest: string | null
}

export interface MetricSegments {
  run_id: string
  key: string
  file_id: string
  points: number
  directory_start: number
  directory_length: number
}

export interface MetricSummaries {
  run_id: string
  key: string
  step: number
  time_ms: number
  value: number
  min: number | null
  max: number | null
  count: number
  experiment_id: Generated<number>
  exact: Generated<boolean>
  first_step: Generated<number>
  first_ms: Generated<number>
  last_ms: Generated<number>
}

export interface Migrations {
  number: number
  name: string
  checksum: string
  applied_at: DefaultTimestamp
}

export interface ModelAliases {
  model_id: string
  alias: string
  model_version_id: string
}

export interface ModelEvaluations {
  id: string
  project_id: string
  model_version_id: string
  source: string
  dataset_version_id: string | null
  dataset: string | null
  metrics: Json
  slices: DefaultJson
  created_at: DefaultTimestamp
  created_by: string
}

export interface ModelHistory {
  id: string
  project_id: string
  model_id: string
  kind: string
  name: string
  before: string | null
  after: string | null
  rollback: Generated<boolean>
  created_at: DefaultTimestamp
  created_by: string
}

export interface ModelServers {
  id: string
  snapshot_version: number
  first_seen_at: Timestamp
  seen_at: Timestamp
}

export interface ModelVersionFiles {
  model_version_id: string
  path: string
  digest: string
  size: number
}

export interface ModelVersions {
  id: string
  project_id: string
  model_id: string
  version: number
  stage: Generated<string>
  description: Generated<string>
  tags: DefaultJson
  source: string
  run_id: string | null
  run_link: string | null
  logged_model_id: string | null
  dataset_version_id: string | null
  signature: NullableJson
  status_message: string | null
  created_ms: number
  updated_ms: number
  created_by: string
  named_run: string | null
}

export interface Monitors {
  id: string
  project_id: string
  deployment_id: string
  line_id: string | null
  drift: NullableJson
  performance: NullableJson
  channels: Generated<string[]>
  generation: Generated<number>
  since: Timestamp
  drift_through: Generated<number>
  performance_through: Generated<number>
  drift_settled: Generated<number>
  performance_settled: Generated<number>
  labels_received: Generated<number>
  error: string | null
  created_at: DefaultTimestamp
  changed_at: DefaultTimestamp
}

export interface PerformanceWindows {
  monitor_id: string
  first_sequence: number
  last_sequence: number
  project_id: string
  from_time: Timestamp
  to_time: Timestamp
  rows: number
  metric: string
  limit: number
  value: number | null
  low: number | null
  high: number | null
  labelled: Generated<number>
  labels_seen: number | null
  mature: Generated<boolean>
  verdict: Generated<string>
  final: Generated<boolean>
  updated_at: DefaultTimestamp
}

export interface PipelineRuns {
  id: string
  project_id: string
  name: string
  line_id: string | null
  state: string
  failure: NullableJson
  cancel_requested: Generated<boolean>
  created_at: DefaultTimestamp
  ended_at: NullableTimestamp
}

export interface PipelineSteps {
  id: string
  project_id: string
  pipeline_run_id: string
  position: number
  name: string
  kind: string
  needs: string[]
  spec: Json
  state: string
  cache_key: string | null
  run_id: string | null
  outputs: DefaultJson
  failure: NullableJson
  started_at: NullableTimestamp
  ended_at: NullableTimestamp
}

export interface PredictionMinutes {
  deployment_id: string
  number: number
  minute: Timestamp
  rows: number
  columns: Json
}

export interface PredictionParts {
  id: string
  deployment_id: string
  project_id: string
  from_sequence: number
  sequence: number
  segment: string | null
  digest: string
  size: number
  rows: number
  first_time: Timestamp
  last_time: Timestamp
  merged_into: string | null
  created_at: DefaultTimestamp
}

export interface PredictionSegments {
  name: string
  server_id: string
  digest: string
  size: number
  state: Generated<string>
  error: string | null
  received_at: DefaultTimestamp
  converted_at: NullableTimestamp
  freed_at: NullableTimestamp
}

export interface Projects {
  id: string
  name: string
  description: Generated<string>
  created_at: DefaultTimestamp
  artifact_root: string | null
  deleted_at: NullableTimestamp
}

export interface RegisteredModels {
  id: string
  project_id: string
  name: string
  description: Generated<string>
  tags: DefaultJson
  last_version: Generated<number>
  created_ms: number
  updated_ms: number
  created_by: string
}

export interface ReportVersions {
  report_id: string
  version: number
  title: string
  blocks: Json
  created_by: string
  created_at: DefaultTimestamp
}

export interface Reports {
  id: string
  project_id: string
  title: string
  version: Generated<number>
  created_by: string
  created_at: DefaultTimestamp
  updated_by: string
  updated_at: DefaultTimestamp
}

export interface RetentionRules {
  project_id: string
  deleted_days: number | null
  artifacts_days: number | null
  traces_days: number | null
  changed_by: string
  changed_at: DefaultTimestamp
}

export interface ReviewItems {
  queue_id: string
  trace_id: string
  status: Generated<string>
  completed_by: string | null
  completed_ms: number | null
  created_ms: number
  updated_ms: number
}

export interface ReviewQueues {
  id: string
  project_id: string
  experiment_id: number
  name: string
  kind: string
  users: Generated<string[]>
  schema_ids: Generated<string[]>
  created_by: string | null
  created_ms: number
  updated_ms: number
}

export interface Revisions {
  deployment_id: string
  number: number
  project_id: string
  model_version_id: string
  runtime: Generated<string>
  digest: string
  signature: Json
  weight: Generated<number>
  created_at: DefaultTimestamp
}

export interface RolloutSteps {
  rollout_id: string
  position: number
  project_id: string
  percent: number
  snapshot_version: number
  entered_at: Timestamp
  effective_at: NullableTimestamp
  counters_before: NullableJson
  left_at: NullableTimestamp
  outcome: string | null
  evidence: NullableJson
}

export interface Rollouts {
  id: string
  deployment_id: string
  project_id: string
  kind: string
  revision: number
  plan: Json
  abort_if: string[]
  weights_before: Json
  reason: string
  desired: Generated<string>
  state: Generated<string>
  outcome_reason: string | null
  started_at: Timestamp
  finished_at: NullableTimestamp
}

export interface RunDatasets {
  id: string
  experiment_id: number
  name: string
  digest: string
  source_type: string
  source: string
  schema: string | null
  profile: string | null
}

export interface RunInputs {
  run_id: string
  dataset_id: string
  tags: DefaultJson
}

export interface RunModels {
  run_id: string
  model_id: string
  direction: string
  step: Generated<number>
}

export interface RunParams {
  run_id: string
  key: string
  value: string
  experiment_id: Generated<number>
}

export interface RunTags {
  run_id: string
  key: string
  value: string
  experiment_id: Generated<number>
}

export interface Runs {
  id: string
  project_id: string
  experiment_id: number
  name: string
  user_name: string
  source: string | null
  status: string
  start_ms: number
  end_ms: number | null
  deleted_ms: number | null
  artifact_uri: string
}

export interface SavedViews {
  id: string
  project_id: string
  user_id: string
  page: string
  name: string
  state: Json
  shared: Generated<boolean>
  updated_at: DefaultTimestamp
}

export interface ScheduleTicks {
  schedule: string
  tick: Timestamp
  taken_at: DefaultTimestamp
}

export interface ScorerSchedules {
  id: string
  scorer_id: string
  experiment_id: number
  sample_rate: number
  filter: string | null
}

export interface ScorerVersions {
  scorer_id: string
  version: number
  serialized: string
  created_ms: number
}

export interface Scorers {
  id: string
  project_id: string
  experiment_id: number
  name: string
}

export interface Secrets {
  id: string
  project_id: string | null
  name: string
  sealed: Buffer
  created_at: DefaultTimestamp
  updated_at: DefaultTimestamp
}

export interface ServerRevisions {
  server_id: string
  deployment_id: string
  number: number
  state: string
  error: string | null
  changed_at: Timestamp
}

export interface ServingSnapshot {
  singleton: Generated<boolean>
  version: Generated<number>
  tokens_hash: Generated<string>
}

export interface Sessions {
  hash: string
  user_id: string
  created_at: DefaultTimestamp
  replaced_at: NullableTimestamp
  expires_at: Timestamp
}

export interface Spans {
  project_id: string
  trace_id: string
  id: string
  parent_id: string | null
  name: string
  type: string
  status: string
  start_ns: number
  end_ns: number | null
  model: string | null
  provider: string | null
  usage: NullableJson
  cost: NullableJson
  content: string
}

export interface SweepBlobs {
  sweep_id: string
  digest: string
  size: number
  written_at: Timestamp
}

export interface SweepMarks {
  sweep_id: string
  digest: string
}

export interface Sweeps {
  id: string
  dry_run: boolean
  state: Generated<string>
  blobs: Generated<number>
  bytes: Generated<number>
  condemned_blobs: Generated<number>
  condemned_bytes: Generated<number>
  freed_blobs: Generated<number>
  freed_bytes: Generated<number>
  missing: DefaultJson
  error: string | null
  by: string
  started_at: DefaultTimestamp
  ended_at: NullableTimestamp
}

export interface Tokens {
  id: string
  hash: string
  name: string
  user_id: string | null
  job_id: string | null
  run_id: string | null
  project_id: string | null
  role: string | null
  created_at: DefaultTimestamp
  expires_at: Timestamp
  last_used_at: NullableTimestamp
  revoked_at: NullableTimestamp
}

export interface TraceArrivals {
  project_id: string | null
  id: string | null
  experiment_id: number | null
  name: string | null
  root_name: string | null
  state: string | null
  start_ms: number | null
  duration_ms: number | null
  client_request_id: string | null
  request_preview: string | null
  response_preview: string | null
  session: string | null
  usage: NullableJson
  cost: NullableJson
  counted: number | null
  final: boolean | null
  tags: NullableJson
  metadata: NullableJson
}

export interface TraceIssues {
  id: string
  project_id: string
  experiment_id: number
  name: string
  description: string
  status: string
  severity: string | null
  root_causes: DefaultJson
  categories: DefaultJson
  source_run_id: string | null
  created_by: string | null
  created_ms: number
  updated_ms: number
}

export interface TraceLinks {
  project_id: string
  trace_id: string
  kind: string
  target: string
}

export interface Traces {
  project_id: string
  id: string
  experiment_id: number
  name: string | null
  root_name: string | null
  state: string
  start_ms: number
  duration_ms: number | null
  client_request_id: string | null
  request_preview: string | null
  response_preview: string | null
  session: string | null
  usage: NullableJson
  cost: NullableJson
  counted: Generated<number>
  final: Generated<boolean>
  tags: DefaultJson
  metadata: DefaultJson
}

export interface TrafficMinutes {
  deployment_id: string
  number: number
  minute: Timestamp
  server_id: string
  requests: number
  errors: number
  rows: number
  latency: number[]
}

export interface Users {
  id: string
  name: string
  platform_role: string | null
  disabled_at: NullableTimestamp
  created_at: DefaultTimestamp
  last_seen_at: NullableTimestamp
  password: string | null
  number: ColumnType<number, never, never>
}

export interface WebhookDeliveries {
  id: string
  project_id: string
  webhook_id: string
  event_id: string | null
  event: string
  body: string
  state: Generated<string>
  attempts: Generated<number>
  status: number | null
  error: string | null
  created_at: Timestamp
  finished_at: NullableTimestamp
}

export interface Webhooks {
  id: string
  project_id: string
  name: string
  description: string | null
  events: string[]
  status: Generated<string>
  host: string
  sealed: Buffer
  created_at: Timestamp
  updated_at: Timestamp
  deleted_at: NullableTimestamp
}

export interface Work {
  id: string
  kind: string
  key: string
  project_id: string | null
  payload: DefaultJson
  concurrency_key: string | null
  state: Generated<string>
  run_at: DefaultTimestamp
  attempt: Generated<number>
  failures: Generated<number>
  wake_at: NullableTimestamp
  owner: string | null
  lease_until: NullableTimestamp
  error: string | null
  created_at: DefaultTimestamp
  updated_at: DefaultTimestamp
}

export interface DB {
  alert_channels: AlertChannels
  alert_deliveries: AlertDeliveries
  alerts: Alerts
  approvals: Approvals
  artifact_files: ArtifactFiles
  artifact_uploads: ArtifactUploads
  assessments: Assessments
  audit_entries: AuditEntries
  blobs_condemned: BlobsCondemned
  check_reports: CheckReports
  comments: Comments
  dataset_parts: DatasetParts
  dataset_versions: DatasetVersions
  datasets: Datasets
  deployments: Deployments
  drift_references: DriftReferences
  drift_windows: DriftWindows
  evaluation_dataset_experiments: EvaluationDatasetExperiments
  evaluation_datasets: EvaluationDatasets
  evaluation_records: EvaluationRecords
  events: Events
  experiments: Experiments
  grant_role_members: GrantRoleMembers
  grant_roles: GrantRoles
  grants: Grants
  holds: Holds
  idempotency: Idempotency
  import_items: ImportItems
  imports: Imports
  jobs: Jobs
  label_schemas: LabelSchemas
  labels: Labels
  line_cycles: LineCycles
  line_decisions: LineDecisions
  line_generations: LineGenerations
  line_triggers: LineTriggers
  lines: Lines
  logged_models: LoggedModels
  login_codes: LoginCodes
  members: Members
  mentions: Mentions
  metric_chunks: MetricChunks
  metric_files: MetricFiles
  metric_points: MetricPoints
  metric_segments: MetricSegments
  metric_summaries: MetricSummaries
  migrations: Migrations
  model_aliases: ModelAliases
  model_evaluations: ModelEvaluations
  model_history: ModelHistory
  model_servers: ModelServers
  model_version_files: ModelVersionFiles
  model_versions: ModelVersions
  monitors: Monitors
  performance_windows: PerformanceWindows
  pipeline_runs: PipelineRuns
  pipeline_steps: PipelineSteps
  prediction_minutes: PredictionMinutes
  prediction_parts: PredictionParts
  prediction_segments: PredictionSegments
  projects: Projects
  registered_models: RegisteredModels
  report_versions: ReportVersions
  reports: Reports
  retention_rules: RetentionRules
  review_items: ReviewItems
  review_queues: ReviewQueues
  revisions: Revisions
  rollout_steps: RolloutSteps
  rollouts: Rollouts
  run_datasets: RunDatasets
  run_inputs: RunInputs
  run_models: RunModels
  run_params: RunParams
  run_tags: RunTags
  runs: Runs
  saved_views: SavedViews
  schedule_ticks: ScheduleTicks
  scorer_schedules: ScorerSchedules
  scorer_versions: ScorerVersions
  scorers: Scorers
  secrets: Secrets
  server_revisions: ServerRevisions
  serving_snapshot: ServingSnapshot
  sessions: Sessions
  spans: Spans
  sweep_blobs: SweepBlobs
  sweep_marks: SweepMarks
  sweeps: Sweeps
  tokens: Tokens
  trace_arrivals: TraceArrivals
  trace_issues: TraceIssues
  trace_links: TraceLinks
  traces: Traces
  traffic_minutes: TrafficMinutes
  users: Users
  webhook_deliveries: WebhookDeliveries
  webhooks: Webhooks
  work: Work
}
