-- Written by tools/gen.ts from the migrations; an empty database is loaded from this.
set local check_function_bodies = off;

CREATE OR REPLACE FUNCTION public.delete_run_points()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  delete from metric_points where run_id in (select id from gone);
  delete from metric_chunks where run_id in (select id from gone);
  delete from metric_segments where run_id in (select id from gone);
  delete from metric_summaries where run_id in (select id from gone);
  return null;
end
$function$;
CREATE OR REPLACE FUNCTION public.fill_experiment()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  select experiment_id into new.experiment_id from runs where id = new.run_id;
  return new;
end
$function$;
CREATE OR REPLACE FUNCTION public.merge_trace()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  insert into traces as t (project_id, id, experiment_id, name, root_name, state, start_ms, duration_ms,
    client_request_id, request_preview, response_preview, session, usage, cost, counted, final, tags, metadata)
  values (new.project_id, new.id, new.experiment_id, new.name, new.root_name, new.state, new.start_ms, new.duration_ms,
    new.client_request_id, new.request_preview, new.response_preview, new.session, new.usage, new.cost,
    coalesce(new.counted, 0), coalesce(new.final, false), coalesce(new.tags, '{}'), coalesce(new.metadata, '{}'))
  on conflict (project_id, id) do update set
    experiment_id = case when excluded.final then excluded.experiment_id else t.experiment_id end,
    name = case when excluded.final or t.name is null then coalesce(excluded.name, t.name) else t.name end,
    root_name = coalesce(excluded.root_name, t.root_name),
    state = case when excluded.final then excluded.state
      when t.state in ('unspecified', 'in_progress') then excluded.state else t.state end,
    start_ms = case when excluded.final then excluded.start_ms when t.final then t.start_ms
      else least(t.start_ms, excluded.start_ms) end,
    duration_ms = case when excluded.final then excluded.duration_ms when t.final then t.duration_ms
      else greatest(t.start_ms + t.duration_ms, excluded.start_ms + excluded.duration_ms)
        - least(t.start_ms, excluded.start_ms) end,
    client_request_id = coalesce(excluded.client_request_id, t.client_request_id),
    request_preview = case when excluded.final then coalesce(excluded.request_preview, t.request_preview)
      else coalesce(t.request_preview, excluded.request_preview) end,
    response_preview = case when excluded.final then coalesce(excluded.response_preview, t.response_preview)
      else coalesce(t.response_preview, excluded.response_preview) end,
    session = case when excluded.final then coalesce(excluded.session, t.session)
      else coalesce(t.session, excluded.session) end,
    usage = case when excluded.usage is null or excluded.counted < t.counted then t.usage else excluded.usage end,
    cost = case when excluded.cost is null or excluded.counted < t.counted then t.cost else excluded.cost end,
    counted = greatest(t.counted, excluded.counted),
    final = t.final or excluded.final,
    tags = t.tags || excluded.tags,
    metadata = case when excluded.final then t.metadata || excluded.metadata else excluded.metadata || t.metadata end;
  return new;
end
$function$;
CREATE OR REPLACE FUNCTION public.model_version_uses(versions uuid[])
 RETURNS TABLE(model_version_id uuid, used_by text)
 LANGUAGE sql
 STABLE
AS $function$
  select r.model_version_id, 'deployment ' || d.name
  from revisions r join deployments d on d.id = r.deployment_id
  where r.model_version_id = any(versions) and d.deleted_at is null
    and (r.weight > 0 or exists (
      select from rollouts o
      where o.deployment_id = r.deployment_id and o.revision = r.number and o.finished_at is null))
  union
  select l.champion_version_id, 'line ' || l.name || ' as its champion'
  from lines l where l.champion_version_id = any(versions)
  union
  select c.model_version_id, 'line ' || l.name || ' as its candidate'
  from line_cycles c join lines l on l.id = c.line_id
  where c.model_version_id = any(versions)
    and c.state in ('running', 'gating', 'awaiting_approval', 'rolling_out')
$function$;
CREATE OR REPLACE FUNCTION public.summarize_metric_points()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  insert into metric_summaries as s
    (run_id, key, step, time_ms, value, min, max, count, first_step, first_ms, last_ms)
  select distinct on (run_id, key) run_id, key, step, time_ms, value,
    min(nullif(value, 'NaN')) over k, max(nullif(value, 'NaN')) over k, count(*) over k,
    min(step) over k, min(time_ms) over k, max(time_ms) over k
  from added
  window k as (partition by run_id, key)
  order by run_id, key, step desc, time_ms desc, value desc
  on conflict (run_id, key) do update set
    step = case when (excluded.step, excluded.time_ms, excluded.value) > (s.step, s.time_ms, s.value)
      then excluded.step else s.step end,
    time_ms = case when (excluded.step, excluded.time_ms, excluded.value) > (s.step, s.time_ms, s.value)
      then excluded.time_ms else s.time_ms end,
    value = case when (excluded.step, excluded.time_ms, excluded.value) > (s.step, s.time_ms, s.value)
      then excluded.value else s.value end,
    min = least(s.min, excluded.min),
    max = greatest(s.max, excluded.max),
    count = s.count + excluded.count,
    first_step = least(s.first_step, excluded.first_step),
    first_ms = least(s.first_ms, excluded.first_ms),
    last_ms = greatest(s.last_ms, excluded.last_ms);
  return null;
end
$function$;

create table alert_channels (
  id uuid not null,
  project_id uuid not null,
  name text not null,
  kind text not null,
  host text not null,
  sealed bytea not null,
  created_at timestamp with time zone default now() not null,
  deleted_at timestamp with time zone
);
create table alert_deliveries (
  id uuid not null,
  project_id uuid not null,
  alert_id uuid not null,
  channel_id uuid not null,
  event text not null,
  payload jsonb not null,
  state text default 'pending'::text not null,
  attempts integer default 0 not null,
  status integer,
  error text,
  created_at timestamp with time zone not null,
  finished_at timestamp with time zone
);
create table alerts (
  id uuid not null,
  project_id uuid not null,
  monitor_id uuid not null,
  deployment_id uuid not null,
  line_id uuid,
  kind text not null,
  title text not null,
  evidence jsonb not null,
  first_sequence bigint not null,
  opened_at timestamp with time zone not null,
  acknowledged_at timestamp with time zone,
  acknowledged_by text,
  resolved_at timestamp with time zone,
  resolution text
);
create table approvals (
  id uuid not null,
  project_id uuid not null,
  model_version_id uuid not null,
  digest text not null,
  user_id text not null,
  user_name text not null,
  role text not null,
  decision text not null,
  comment text,
  decided_at timestamp with time zone default now() not null
);
create table artifact_files (
  project_id uuid not null,
  path text not null,
  digest text not null,
  size bigint not null,
  created_at timestamp with time zone default now() not null,
  created_by text not null
);
create table artifact_uploads (
  id uuid not null,
  project_id uuid not null,
  path text not null,
  kind text not null,
  parts integer default 1 not null,
  handle text not null,
  state text default 'open'::text not null,
  digest text,
  size bigint,
  created_by text not null,
  created_at timestamp with time zone default now() not null,
  expires_at timestamp with time zone not null
);
create table assessments (
  project_id uuid not null,
  trace_id text not null,
  id text not null,
  kind text not null,
  name text not null,
  value text,
  error jsonb,
  rationale text,
  source_type text not null,
  source_id text not null,
  span_id text,
  run_id text,
  overrides text,
  valid boolean default true not null,
  metadata jsonb default '{}'::jsonb not null,
  created_ms bigint not null,
  updated_ms bigint not null
);
create table audit_entries (
  id uuid not null,
  project_id uuid,
  recorded_at timestamp with time zone default now() not null,
  actor_kind text not null,
  actor_id text not null,
  actor_name text not null,
  token_id text,
  action text not null,
  subject_type text not null,
  subject_id text not null,
  details jsonb default '{}'::jsonb not null
);
create table blobs_condemned (
  digest text not null,
  size bigint not null,
  since timestamp with time zone not null
);
create table check_reports (
  id uuid not null,
  version_id uuid not null,
  project_id uuid not null,
  checks jsonb not null,
  passed boolean not null,
  results jsonb not null,
  created_by text not null,
  created_at timestamp with time zone default now() not null
);
create table comments (
  id uuid not null,
  project_id uuid not null,
  subject_type text not null,
  subject_id text not null,
  author_id text not null,
  author text not null,
  body text not null,
  created_at timestamp with time zone default now() not null,
  edited_at timestamp with time zone
);
create table dataset_parts (
  version_id uuid not null,
  ordinal integer not null,
  project_id uuid not null,
  digest text not null,
  rows bigint not null,
  bytes bigint not null
);
create table dataset_versions (
  id uuid not null,
  dataset_id uuid not null,
  project_id uuid not null,
  version integer not null,
  digest text not null,
  mode text not null,
  schema jsonb not null,
  rows bigint not null,
  bytes bigint not null,
  profile jsonb not null,
  source jsonb not null,
  source_key text,
  created_at timestamp with time zone default now() not null
);
create table datasets (
  id uuid not null,
  project_id uuid not null,
  name text not null,
  description text default ''::text not null,
  last_version integer default 0 not null,
  created_at timestamp with time zone default now() not null
);
create table deployments (
  id uuid not null,
  project_id uuid not null,
  name text not null,
  line_id uuid,
  risk text default 'limited'::text not null,
  min_replicas integer default 1 not null,
  max_replicas integer default 1 not null,
  limits jsonb default '{}'::jsonb not null,
  last_revision integer default 0 not null,
  last_part bigint default 0 not null,
  last_label bigint default 0 not null,
  created_at timestamp with time zone default now() not null,
  deleted_at timestamp with time zone
);
create table drift_references (
  monitor_id uuid not null,
  version_id uuid not null,
  content jsonb not null,
  created_at timestamp with time zone default now() not null
);
create table drift_windows (
  monitor_id uuid not null,
  first_sequence bigint not null,
  last_sequence bigint not null,
  project_id uuid not null,
  from_time timestamp with time zone not null,
  to_time timestamp with time zone not null,
  rows bigint not null,
  reference_version_id uuid not null,
  drifted_share double precision not null,
  threshold double precision not null,
  verdict text not null,
  columns jsonb not null,
  created_at timestamp with time zone default now() not null
);
create table evaluation_dataset_experiments (
  dataset_id text not null,
  experiment_id bigint not null
);
create table evaluation_datasets (
  id text not null,
  project_id uuid not null,
  name text not null,
  digest text not null,
  schema text,
  tags jsonb default '{}'::jsonb not null,
  created_by text,
  updated_by text,
  created_ms bigint not null,
  updated_ms bigint not null
);
create table evaluation_records (
  dataset_id text not null,
  id text not null,
  input_hash text not null,
  inputs text not null,
  outputs text,
  expectations text,
  source text,
  tags jsonb default '{}'::jsonb not null,
  created_by text,
  updated_by text,
  created_ms bigint not null,
  updated_ms bigint not null
);
create table events (
  id uuid not null,
  type text not null,
  version integer default 1 not null,
  project_id uuid,
  subject text not null,
  occurred_at timestamp with time zone not null,
  recorded_at timestamp with time zone default now() not null,
  data jsonb default '{}'::jsonb not null
);
create table experiments (
  id bigint generated by default as identity not null,
  project_id uuid not null,
  name text not null,
  artifact_location text not null,
  deleted boolean default false not null,
  tags jsonb default '{}'::jsonb not null,
  created_ms bigint not null,
  updated_ms bigint not null
);
create table grant_role_members (
  id integer generated always as identity not null,
  role_id integer not null,
  user_id uuid not null
);
create table grant_roles (
  id integer generated always as identity not null,
  project text not null,
  name text not null,
  description text,
  personal_of uuid,
  created_at timestamp with time zone default now() not null
);
create table grants (
  id integer generated always as identity not null,
  role_id integer not null,
  resource_type text not null,
  resource text not null,
  permission text not null
);
create table holds (
  id uuid not null,
  project_id uuid not null,
  subject_type text not null,
  subject_id text not null,
  subject_name text not null,
  reason text not null,
  placed_by text not null,
  placed_at timestamp with time zone default now() not null,
  released_by text,
  released_at timestamp with time zone,
  release_reason text
);
create table idempotency (
  principal text not null,
  key text not null,
  request_hash text not null,
  status integer,
  answer jsonb,
  created_at timestamp with time zone default now() not null
);
create table import_items (
  import_id uuid not null,
  kind text not null,
  source_id text not null,
  target_id text not null,
  digest text not null
);
create table imports (
  id uuid not null,
  project_id uuid not null,
  source text not null,
  created_at timestamp with time zone default now() not null,
  created_by text not null,
  updated_at timestamp with time zone default now() not null
);
create table jobs (
  id uuid not null,
  project_id uuid not null,
  step_id uuid not null,
  attempt integer not null,
  engine text not null,
  handle jsonb,
  state text not null,
  outcome text,
  message text,
  exit_code integer,
  log_digest text,
  log_size bigint,
  peak_bytes bigint,
  cpu_seconds double precision,
  created_at timestamp with time zone default now() not null,
  started_at timestamp with time zone,
  ended_at timestamp with time zone
);
create table label_schemas (
  id text not null,
  project_id uuid not null,
  experiment_id bigint not null,
  name text not null,
  kind text not null,
  instruction text,
  enable_comment boolean default false not null,
  input jsonb not null,
  standard boolean default false not null,
  created_by text,
  created_ms bigint not null,
  updated_ms bigint not null
);
create table labels (
  deployment_id uuid not null,
  sequence bigint not null,
  project_id uuid not null,
  prediction_id uuid,
  request_id text,
  "row" integer default 0 not null,
  value jsonb not null,
  observed_at timestamp with time zone not null,
  received_at timestamp with time zone not null
);
create table line_cycles (
  id uuid not null,
  project_id uuid not null,
  line_id uuid not null,
  number integer not null,
  generation integer not null,
  state text not null,
  trigger text not null,
  reason text not null,
  outcome text,
  pipeline_run_id uuid,
  dataset_version_id uuid,
  model_version_id uuid,
  rollout_id uuid,
  collected_rows bigint default 0 not null,
  reference_version_id uuid,
  gates jsonb default '[]'::jsonb not null,
  metrics jsonb default '{}'::jsonb not null,
  champion_metrics jsonb default '{}'::jsonb not null,
  started_at timestamp with time zone default now() not null,
  ended_at timestamp with time zone
);
create table line_decisions (
  id uuid not null,
  project_id uuid not null,
  line_id uuid not null,
  cycle integer,
  kind text not null,
  sentence text not null,
  evidence jsonb default '{}'::jsonb not null,
  once text,
  at timestamp with time zone default now() not null
);
create table line_generations (
  line_id uuid not null,
  project_id uuid not null,
  generation integer not null,
  spec jsonb not null,
  files jsonb not null,
  code_digest text not null,
  applied_by text not null,
  applied_at timestamp with time zone default now() not null
);
create table line_triggers (
  id uuid not null,
  project_id uuid not null,
  line_id uuid not null,
  kind text not null,
  reason text not null,
  source text not null,
  at timestamp with time zone default now() not null,
  cycle_id uuid
);
create table lines (
  id uuid not null,
  project_id uuid not null,
  name text not null,
  desired text default 'active'::text not null,
  generation integer default 1 not null,
  spec jsonb not null,
  files jsonb not null,
  code_digest text not null,
  deployment_id uuid not null,
  champion_version_id uuid,
  reference_version_id uuid,
  applied_at timestamp with time zone default now() not null,
  created_at timestamp with time zone default now() not null
);
create table logged_models (
  id text not null,
  project_id uuid not null,
  experiment_id bigint not null,
  name text not null,
  model_type text default ''::text not null,
  source_run_id uuid,
  status text not null,
  artifact_uri text not null,
  params jsonb default '{}'::jsonb not null,
  tags jsonb default '{}'::jsonb not null,
  deleted boolean default false not null,
  created_ms bigint not null,
  updated_ms bigint not null,
  named_run text
);
create table login_codes (
  hash text not null,
  user_id uuid not null,
  created_at timestamp with time zone default now() not null,
  expires_at timestamp with time zone not null
);
create table members (
  project_id uuid not null,
  user_id uuid not null,
  role text not null,
  created_at timestamp with time zone default now() not null
);
create table mentions (
  comment_id uuid not null,
  user_id uuid not null,
  project_id uuid not null,
  read_at timestamp with time zone
);
create table metric_chunks (
  run_id uuid not null,
  key text not null,
  first_ms bigint not null,
  mark bigint not null,
  points bytea storage plain not null
) partition by HASH (run_id);
create table metric_files (
  id uuid not null,
  run_id uuid not null,
  digest text not null,
  size bigint not null,
  points bigint not null,
  created_at timestamp with time zone default now() not null
);
create table metric_points (
  run_id uuid not null,
  key text not null,
  step bigint not null,
  time_ms bigint not null,
  value double precision not null,
  model_id text,
  dataset_name text,
  dataset_digest text
);
create table metric_segments (
  run_id uuid not null,
  key text not null,
  file_id uuid not null,
  points bigint not null,
  directory_start bigint not null,
  directory_length integer not null
);
create table metric_summaries (
  run_id uuid not null,
  key text not null,
  step bigint not null,
  time_ms bigint not null,
  value double precision not null,
  min double precision,
  max double precision,
  count bigint not null,
  experiment_id bigint default '-1'::integer not null,
  exact boolean default true not null,
  first_step bigint default 0 not null,
  first_ms bigint default 0 not null,
  last_ms bigint default 0 not null
);
create table migrations (
  number integer not null,
  name text not null,
  checksum text not null,
  applied_at timestamp with time zone default now() not null
);
create table model_aliases (
  model_id uuid not null,
  alias text not null,
  model_version_id uuid not null
);
create table model_evaluations (
  id uuid not null,
  project_id uuid not null,
  model_version_id uuid not null,
  source text not null,
  dataset_version_id uuid,
  dataset text,
  metrics jsonb not null,
  slices jsonb default '[]'::jsonb not null,
  created_at timestamp with time zone default now() not null,
  created_by text not null
);
create table model_history (
  id uuid not null,
  project_id uuid not null,
  model_id uuid not null,
  kind text not null,
  name text not null,
  before text,
  after text,
  rollback boolean default false not null,
  created_at timestamp with time zone default now() not null,
  created_by text not null
);
create table model_servers (
  id text not null,
  snapshot_version bigint not null,
  first_seen_at timestamp with time zone not null,
  seen_at timestamp with time zone not null
);
create table model_version_files (
  model_version_id uuid not null,
  path text not null,
  digest text not null,
  size bigint not null
);
create table model_versions (
  id uuid not null,
  project_id uuid not null,
  model_id uuid not null,
  version integer not null,
  stage text default 'None'::text not null,
  description text default ''::text not null,
  tags jsonb default '{}'::jsonb not null,
  source text not null,
  run_id uuid,
  run_link text,
  logged_model_id text,
  dataset_version_id uuid,
  signature jsonb,
  status_message text,
  created_ms bigint not null,
  updated_ms bigint not null,
  created_by text not null,
  named_run text
);
create table monitors (
  id uuid not null,
  project_id uuid not null,
  deployment_id uuid not null,
  line_id uuid,
  drift jsonb,
  performance jsonb,
  channels text[] default '{}'::text[] not null,
  generation integer default 1 not null,
  since timestamp with time zone not null,
  drift_through bigint default 0 not null,
  performance_through bigint default 0 not null,
  drift_settled bigint default 0 not null,
  performance_settled bigint default 0 not null,
  labels_received bigint default 0 not null,
  error text,
  created_at timestamp with time zone default now() not null,
  changed_at timestamp with time zone default now() not null
);
create table performance_windows (
  monitor_id uuid not null,
  first_sequence bigint not null,
  last_sequence bigint not null,
  project_id uuid not null,
  from_time timestamp with time zone not null,
  to_time timestamp with time zone not null,
  rows bigint not null,
  metric text not null,
  "limit" double precision not null,
  value double precision,
  low double precision,
  high double precision,
  labelled bigint default 0 not null,
  labels_seen bigint,
  mature boolean default false not null,
  verdict text default 'waiting'::text not null,
  final boolean default false not null,
  updated_at timestamp with time zone default now() not null
);
create table pipeline_runs (
  id uuid not null,
  project_id uuid not null,
  name text not null,
  line_id uuid,
  state text not null,
  failure jsonb,
  cancel_requested boolean default false not null,
  created_at timestamp with time zone default now() not null,
  ended_at timestamp with time zone
);
create table pipeline_steps (
  id uuid not null,
  project_id uuid not null,
  pipeline_run_id uuid not null,
  "position" integer not null,
  name text not null,
  kind text not null,
  needs text[] not null,
  spec jsonb not null,
  state text not null,
  cache_key text,
  run_id text,
  outputs jsonb default '{}'::jsonb not null,
  failure jsonb,
  started_at timestamp with time zone,
  ended_at timestamp with time zone
);
create table prediction_minutes (
  deployment_id uuid not null,
  number integer not null,
  minute timestamp with time zone not null,
  rows bigint not null,
  columns jsonb not null
);
create table prediction_parts (
  id uuid not null,
  deployment_id uuid not null,
  project_id uuid not null,
  from_sequence bigint not null,
  sequence bigint not null,
  segment text,
  digest text not null,
  size bigint not null,
  rows bigint not null,
  first_time timestamp with time zone not null,
  last_time timestamp with time zone not null,
  merged_into uuid,
  created_at timestamp with time zone default now() not null
);
create table prediction_segments (
  name text not null,
  server_id text not null,
  digest text not null,
  size bigint not null,
  state text default 'waiting'::text not null,
  error text,
  received_at timestamp with time zone default now() not null,
  converted_at timestamp with time zone,
  freed_at timestamp with time zone
);
create table projects (
  id uuid not null,
  name text not null,
  description text default ''::text not null,
  created_at timestamp with time zone default now() not null,
  artifact_root text,
  deleted_at timestamp with time zone
);
create table registered_models (
  id uuid not null,
  project_id uuid not null,
  name text not null,
  description text default ''::text not null,
  tags jsonb default '{}'::jsonb not null,
  last_version integer default 0 not null,
  created_ms bigint not null,
  updated_ms bigint not null,
  created_by text not null
);
create table report_versions (
  report_id uuid not null,
  version integer not null,
  title text not null,
  blocks jsonb not null,
  created_by text not null,
  created_at timestamp with time zone default now() not null
);
create table reports (
  id uuid not null,
  project_id uuid not null,
  title text not null,
  version integer default 1 not null,
  created_by text not null,
  created_at timestamp with time zone default now() not null,
  updated_by text not null,
  updated_at timestamp with time zone default now() not null
);
create table retention_rules (
  project_id uuid not null,
  deleted_days integer,
  artifacts_days integer,
  traces_days integer,
  changed_by text not null,
  changed_at timestamp with time zone default now() not null
);
create table review_items (
  queue_id text not null,
  trace_id text not null,
  status text default 'pending'::text not null,
  completed_by text,
  completed_ms bigint,
  created_ms bigint not null,
  updated_ms bigint not null
);
create table review_queues (
  id text not null,
  project_id uuid not null,
  experiment_id bigint not null,
  name text not null,
  kind text not null,
  users text[] default '{}'::text[] not null,
  schema_ids text[] default '{}'::text[] not null,
  created_by text,
  created_ms bigint not null,
  updated_ms bigint not null
);
create table revisions (
  deployment_id uuid not null,
  number integer not null,
  project_id uuid not null,
  model_version_id uuid not null,
  runtime text default 'onnx'::text not null,
  digest text not null,
  signature jsonb not null,
  weight integer default 0 not null,
  created_at timestamp with time zone default now() not null
);
create table rollout_steps (
  rollout_id uuid not null,
  "position" integer not null,
  project_id uuid not null,
  percent integer not null,
  snapshot_version bigint not null,
  entered_at timestamp with time zone not null,
  effective_at timestamp with time zone,
  counters_before jsonb,
  left_at timestamp with time zone,
  outcome text,
  evidence jsonb
);
create table rollouts (
  id uuid not null,
  deployment_id uuid not null,
  project_id uuid not null,
  kind text not null,
  revision integer not null,
  plan jsonb not null,
  abort_if text[] not null,
  weights_before jsonb not null,
  reason text not null,
  desired text default 'run'::text not null,
  state text default 'waiting'::text not null,
  outcome_reason text,
  started_at timestamp with time zone not null,
  finished_at timestamp with time zone
);
create table run_datasets (
  id uuid not null,
  experiment_id bigint not null,
  name text not null,
  digest text not null,
  source_type text not null,
  source text not null,
  schema text,
  profile text
);
create table run_inputs (
  run_id uuid not null,
  dataset_id uuid not null,
  tags jsonb default '{}'::jsonb not null
);
create table run_models (
  run_id uuid not null,
  model_id text not null,
  direction text not null,
  step bigint default 0 not null
);
create table run_params (
  run_id uuid not null,
  key text not null,
  value text not null,
  experiment_id bigint default '-1'::integer not null
);
create table run_tags (
  run_id uuid not null,
  key text not null,
  value text not null,
  experiment_id bigint default '-1'::integer not null
);
create table runs (
  id uuid not null,
  project_id uuid not null,
  experiment_id bigint not null,
  name text not null,
  user_name text not null,
  source text,
  status text not null,
  start_ms bigint not null,
  end_ms bigint,
  deleted_ms bigint,
  artifact_uri text not null
);
create table saved_views (
  id uuid not null,
  project_id uuid not null,
  user_id uuid not null,
  page text not null,
  name text not null,
  state jsonb not null,
  shared boolean default false not null,
  updated_at timestamp with time zone default now() not null
);
create table schedule_ticks (
  schedule text not null,
  tick timestamp with time zone not null,
  taken_at timestamp with time zone default now() not null
);
create table scorer_schedules (
  id uuid not null,
  scorer_id uuid not null,
  experiment_id bigint not null,
  sample_rate double precision not null,
  filter text
);
create table scorer_versions (
  scorer_id uuid not null,
  version integer not null,
  serialized text not null,
  created_ms bigint not null
);
create table scorers (
  id uuid not null,
  project_id uuid not null,
  experiment_id bigint not null,
  name text not null
);
create table secrets (
  id uuid not null,
  project_id uuid,
  name text not null,
  sealed bytea not null,
  created_at timestamp with time zone default now() not null,
  updated_at timestamp with time zone default now() not null
);
create table server_revisions (
  server_id text not null,
  deployment_id uuid not null,
  number integer not null,
  state text not null,
  error text,
  changed_at timestamp with time zone not null
);
create table serving_snapshot (
  singleton boolean default true not null,
  version bigint default 1 not null,
  tokens_hash text default ''::text not null
);
create table sessions (
  hash text not null,
  user_id uuid not null,
  created_at timestamp with time zone default now() not null,
  replaced_at timestamp with time zone,
  expires_at timestamp with time zone not null
);
create table spans (
  project_id uuid not null,
  trace_id text not null,
  id text not null,
  parent_id text,
  name text not null,
  type text not null,
  status text not null,
  start_ns bigint not null,
  end_ns bigint,
  model text,
  provider text,
  usage jsonb,
  cost jsonb,
  content text not null
);
create table sweep_blobs (
  sweep_id uuid not null,
  digest text not null,
  size bigint not null,
  written_at timestamp with time zone not null
);
create table sweep_marks (
  sweep_id uuid not null,
  digest text not null
);
create table sweeps (
  id uuid not null,
  dry_run boolean not null,
  state text default 'running'::text not null,
  blobs bigint default 0 not null,
  bytes bigint default 0 not null,
  condemned_blobs bigint default 0 not null,
  condemned_bytes bigint default 0 not null,
  freed_blobs bigint default 0 not null,
  freed_bytes bigint default 0 not null,
  missing jsonb default '[]'::jsonb not null,
  error text,
  by text not null,
  started_at timestamp with time zone default now() not null,
  ended_at timestamp with time zone
);
create table tokens (
  id text not null,
  hash text not null,
  name text not null,
  user_id uuid,
  job_id text,
  run_id text,
  project_id uuid,
  role text,
  created_at timestamp with time zone default now() not null,
  expires_at timestamp with time zone not null,
  last_used_at timestamp with time zone,
  revoked_at timestamp with time zone
);
create table trace_issues (
  id text not null,
  project_id uuid not null,
  experiment_id bigint not null,
  name text not null,
  description text not null,
  status text not null,
  severity text,
  root_causes jsonb default '{"list": []}'::jsonb not null,
  categories jsonb default '{"list": []}'::jsonb not null,
  source_run_id text,
  created_by text,
  created_ms bigint not null,
  updated_ms bigint not null
);
create table trace_links (
  project_id uuid not null,
  trace_id text not null,
  kind text not null,
  target text not null
);
create table traces (
  project_id uuid not null,
  id text not null,
  experiment_id bigint not null,
  name text,
  root_name text,
  state text not null,
  start_ms bigint not null,
  duration_ms bigint,
  client_request_id text,
  request_preview text,
  response_preview text,
  session text,
  usage jsonb,
  cost jsonb,
  counted integer default 0 not null,
  final boolean default false not null,
  tags jsonb default '{}'::jsonb not null,
  metadata jsonb default '{}'::jsonb not null
);
create table traffic_minutes (
  deployment_id uuid not null,
  number integer not null,
  minute timestamp with time zone not null,
  server_id text not null,
  requests bigint not null,
  errors bigint not null,
  rows bigint not null,
  latency integer[] not null
);
create table users (
  id uuid not null,
  name text not null,
  platform_role text,
  disabled_at timestamp with time zone,
  created_at timestamp with time zone default now() not null,
  last_seen_at timestamp with time zone,
  password text,
  number integer generated always as identity not null
);
create table webhook_deliveries (
  id uuid not null,
  project_id uuid not null,
  webhook_id uuid not null,
  event_id uuid,
  event text not null,
  body text not null,
  state text default 'pending'::text not null,
  attempts integer default 0 not null,
  status integer,
  error text,
  created_at timestamp with time zone not null,
  finished_at timestamp with time zone
);
create table webhooks (
  id uuid not null,
  project_id uuid not null,
  name text not null,
  description text,
  events text[] not null,
  status text default 'ACTIVE'::text not null,
  host text not null,
  sealed bytea not null,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  deleted_at timestamp with time zone
);
create table work (
  id uuid not null,
  kind text not null,
  key text not null,
  project_id uuid,
  payload jsonb default '{}'::jsonb not null,
  concurrency_key text,
  state text default 'queued'::text not null,
  run_at timestamp with time zone default now() not null,
  attempt integer default 0 not null,
  failures integer default 0 not null,
  wake_at timestamp with time zone,
  owner text,
  lease_until timestamp with time zone,
  error text,
  created_at timestamp with time zone default now() not null,
  updated_at timestamp with time zone default now() not null
);

create table metric_chunks_0 partition of metric_chunks FOR VALUES WITH (modulus 8, remainder 0);
create table metric_chunks_1 partition of metric_chunks FOR VALUES WITH (modulus 8, remainder 1);
create table metric_chunks_2 partition of metric_chunks FOR VALUES WITH (modulus 8, remainder 2);
create table metric_chunks_3 partition of metric_chunks FOR VALUES WITH (modulus 8, remainder 3);
create table metric_chunks_4 partition of metric_chunks FOR VALUES WITH (modulus 8, remainder 4);
create table metric_chunks_5 partition of metric_chunks FOR VALUES WITH (modulus 8, remainder 5);
create table metric_chunks_6 partition of metric_chunks FOR VALUES WITH (modulus 8, remainder 6);
create table metric_chunks_7 partition of metric_chunks FOR VALUES WITH (modulus 8, remainder 7);

insert into migrations (number, name, checksum, applied_at) values ('1', 'store', 'f1c6fd79f15e38e06dc19ffb90631059738b12c782410fc2567a3fd6f068b38f', now());
insert into migrations (number, name, checksum, applied_at) values ('2', 'access', '61102909997ed87d39b48610a0b82f9d492cc7aea2d1d6ac921e91eebda129af', now());
insert into migrations (number, name, checksum, applied_at) values ('3', 'data', '48e2d4afc8d5554738bbf13c401a0781cae31b4b08aae7c7500c01aca38dc40a', now());
insert into migrations (number, name, checksum, applied_at) values ('4', 'tracking', 'b1f5e43af049db351e9b4d86204ef7ec44333ac91590a0f291e69b6a75a73c83', now());
insert into migrations (number, name, checksum, applied_at) values ('5', 'registry', '57bde37f71f1f7804d56d3644fa329b2931efee63ae5b801ab7eca6dda72114b', now());
insert into migrations (number, name, checksum, applied_at) values ('6', 'pipelines', '0e09d5c1a3bcbc3bb01649cb1992c000004e5cbddb47aa155081587bcb56fae8', now());
insert into migrations (number, name, checksum, applied_at) values ('7', 'serving', '12abdcee6d3b900966cd0001a93ae190e8e8d711fb35ec697b54b93f3fb5a416', now());
insert into migrations (number, name, checksum, applied_at) values ('8', 'monitoring', '6ddf2b7bae5593df1078b9b61289005e1888df6b386cdf17076547e2c731e2f5', now());
insert into migrations (number, name, checksum, applied_at) values ('9', 'governance', '5b6068065b5891df1ebdafbae154cda6366e2233dbbeb0d65d078371de021a62', now());
insert into migrations (number, name, checksum, applied_at) values ('10', 'lines', 'b4a2877a576b7976ace783f1f9bcafb81311d026bfaed3fba7cb7234ee712556', now());
insert into migrations (number, name, checksum, applied_at) values ('11', 'named-runs', 'a8141c37dce5fcc3732dded43076d55c4ebf68e7c78125cbc5cfd1328306fea7', now());
insert into migrations (number, name, checksum, applied_at) values ('12', 'traces', 'a7cac17a16fd50ee5eaf775f04f432bb105155923a87416b275859db320752f1', now());
insert into migrations (number, name, checksum, applied_at) values ('13', 'sharing', '8ff2b9c1404800ade2c440990a9fc5809cb435c8d88ca72f5ed8cba84dc7f623', now());
insert into migrations (number, name, checksum, applied_at) values ('14', 'keeping', 'a41b77ec69c080ace5a50e7c15e8e152e84978db9a7bad081fcbccf4c50a3954', now());
insert into migrations (number, name, checksum, applied_at) values ('15', 'metrics', 'c954488b41421f23207cc103cc85cc2ca25b8ce7a488ab7b10b3e79011a5abb7', now());
insert into migrations (number, name, checksum, applied_at) values ('16', 'imports', 'd1a1eff4fbb570069908192794aeb1776259ed24e5cc75716d1179d5f0fea731', now());
insert into migrations (number, name, checksum, applied_at) values ('17', 'collaboration', '59b4e1d171fedac581cd568da06b52c7ad16c15c7a6030fd35b21d3ced3f4f0e', now());
insert into migrations (number, name, checksum, applied_at) values ('18', 'version-uses', '9f2efb801454c65100f12dcd32727b7a695c9ca8c5c3f9d8f420ca2d4f86f12f', now());
insert into migrations (number, name, checksum, applied_at) values ('19', 'named-runs-of-versions', 'fede59221e40046f54490602aab83d11ff077c119173ebbd3611ef43617fb5fa', now());
insert into migrations (number, name, checksum, applied_at) values ('20', 'reviews', 'd3ecbeafb3d4c965a0b8a63883d763feabc9ea0a569b42b2707b7ae52848a5c1', now());
insert into serving_snapshot (singleton, version, tokens_hash) values ('true', '1', '');

alter table alert_channels add constraint alert_channels_kind_check CHECK ((kind = 'webhook'::text));
alter table alert_channels add constraint alert_channels_pkey PRIMARY KEY (id);
alter table alert_deliveries add constraint alert_deliveries_alert_id_channel_id_event_key UNIQUE (alert_id, channel_id, event);
alter table alert_deliveries add constraint alert_deliveries_event_check CHECK ((event = ANY (ARRAY['opened'::text, 'resolved'::text])));
alter table alert_deliveries add constraint alert_deliveries_pkey PRIMARY KEY (id);
alter table alert_deliveries add constraint alert_deliveries_state_check CHECK ((state = ANY (ARRAY['pending'::text, 'delivered'::text, 'failed'::text])));
alter table alerts add constraint alerts_kind_check CHECK ((kind = ANY (ARRAY['drift'::text, 'performance'::text])));
alter table alerts add constraint alerts_pkey PRIMARY KEY (id);
alter table approvals add constraint approvals_decision_check CHECK ((decision = ANY (ARRAY['approve'::text, 'refuse'::text])));
alter table approvals add constraint approvals_model_version_id_user_id_key UNIQUE (model_version_id, user_id);
alter table approvals add constraint approvals_pkey PRIMARY KEY (id);
alter table artifact_files add constraint artifact_files_pkey PRIMARY KEY (project_id, path);
alter table artifact_uploads add constraint artifact_uploads_kind_check CHECK ((kind = ANY (ARRAY['parts'::text, 'whole'::text])));
alter table artifact_uploads add constraint artifact_uploads_pkey PRIMARY KEY (id);
alter table artifact_uploads add constraint artifact_uploads_state_check CHECK ((state = ANY (ARRAY['open'::text, 'completed'::text, 'aborted'::text])));
alter table assessments add constraint assessments_kind_check CHECK ((kind = ANY (ARRAY['feedback'::text, 'expectation'::text, 'issue'::text])));
alter table assessments add constraint assessments_pkey PRIMARY KEY (project_id, trace_id, id);
alter table audit_entries add constraint audit_entries_actor_kind_check CHECK ((actor_kind = ANY (ARRAY['user'::text, 'job'::text, 'system'::text])));
alter table audit_entries add constraint audit_entries_pkey PRIMARY KEY (id);
alter table blobs_condemned add constraint blobs_condemned_pkey PRIMARY KEY (digest);
alter table check_reports add constraint check_reports_pkey PRIMARY KEY (id);
alter table comments add constraint comments_pkey PRIMARY KEY (id);
alter table comments add constraint comments_subject_type_check CHECK ((subject_type = ANY (ARRAY['run'::text, 'model'::text, 'model_version'::text, 'report'::text])));
alter table dataset_parts add constraint dataset_parts_pkey PRIMARY KEY (version_id, ordinal);
alter table dataset_versions add constraint dataset_versions_dataset_id_version_key UNIQUE (dataset_id, version);
alter table dataset_versions add constraint dataset_versions_mode_check CHECK ((mode = ANY (ARRAY['append'::text, 'replace'::text])));
alter table dataset_versions add constraint dataset_versions_pkey PRIMARY KEY (id);
alter table datasets add constraint datasets_pkey PRIMARY KEY (id);
alter table datasets add constraint datasets_project_id_name_key UNIQUE (project_id, name);
alter table deployments add constraint deployments_check CHECK (((max_replicas >= 1) AND (max_replicas >= min_replicas)));
alter table deployments add constraint deployments_min_replicas_check CHECK ((min_replicas >= 0));
alter table deployments add constraint deployments_pkey PRIMARY KEY (id);
alter table deployments add constraint deployments_risk_check CHECK ((risk = ANY (ARRAY['minimal'::text, 'limited'::text, 'high'::text])));
alter table drift_references add constraint drift_references_pkey PRIMARY KEY (monitor_id);
alter table drift_windows add constraint drift_windows_pkey PRIMARY KEY (monitor_id, first_sequence);
alter table drift_windows add constraint drift_windows_verdict_check CHECK ((verdict = ANY (ARRAY['good'::text, 'bad'::text, 'too_few_rows'::text])));
alter table evaluation_dataset_experiments add constraint evaluation_dataset_experiments_pkey PRIMARY KEY (dataset_id, experiment_id);
alter table evaluation_datasets add constraint evaluation_datasets_pkey PRIMARY KEY (id);
alter table evaluation_records add constraint evaluation_records_dataset_id_input_hash_key UNIQUE (dataset_id, input_hash);
alter table evaluation_records add constraint evaluation_records_pkey PRIMARY KEY (dataset_id, id);
alter table events add constraint events_pkey PRIMARY KEY (id);
alter table experiments add constraint experiments_pkey PRIMARY KEY (id);
alter table experiments add constraint experiments_project_id_name_key UNIQUE (project_id, name);
alter table grant_role_members add constraint grant_role_members_pkey PRIMARY KEY (id);
alter table grant_role_members add constraint grant_role_members_role_id_user_id_key UNIQUE (role_id, user_id);
alter table grant_roles add constraint grant_roles_pkey PRIMARY KEY (id);
alter table grant_roles add constraint grant_roles_project_name_key UNIQUE (project, name);
alter table grants add constraint grants_permission_check CHECK ((permission = ANY (ARRAY['READ'::text, 'USE'::text, 'EDIT'::text, 'MANAGE'::text, 'DENY'::text, 'NO_PERMISSIONS'::text])));
alter table grants add constraint grants_pkey PRIMARY KEY (id);
alter table grants add constraint grants_role_id_resource_type_resource_key UNIQUE (role_id, resource_type, resource);
alter table holds add constraint holds_pkey PRIMARY KEY (id);
alter table holds add constraint holds_subject_type_check CHECK ((subject_type = ANY (ARRAY['experiment'::text, 'run'::text, 'model_version'::text])));
alter table idempotency add constraint idempotency_pkey PRIMARY KEY (principal, key);
alter table import_items add constraint import_items_kind_check CHECK ((kind = ANY (ARRAY['experiment'::text, 'run'::text, 'logged_model'::text, 'version'::text])));
alter table import_items add constraint import_items_pkey PRIMARY KEY (import_id, kind, source_id);
alter table imports add constraint imports_pkey PRIMARY KEY (id);
alter table imports add constraint imports_project_id_source_key UNIQUE (project_id, source);
alter table jobs add constraint jobs_pkey PRIMARY KEY (id);
alter table jobs add constraint jobs_state_check CHECK ((state = ANY (ARRAY['starting'::text, 'running'::text, 'ended'::text])));
alter table jobs add constraint jobs_step_id_attempt_key UNIQUE (step_id, attempt);
alter table label_schemas add constraint label_schemas_experiment_id_name_key UNIQUE (experiment_id, name);
alter table label_schemas add constraint label_schemas_kind_check CHECK ((kind = ANY (ARRAY['feedback'::text, 'expectation'::text])));
alter table label_schemas add constraint label_schemas_pkey PRIMARY KEY (id);
alter table labels add constraint labels_check CHECK (((prediction_id IS NULL) <> (request_id IS NULL)));
alter table labels add constraint labels_pkey PRIMARY KEY (deployment_id, sequence);
alter table line_cycles add constraint line_cycles_line_id_number_key UNIQUE (line_id, number);
alter table line_cycles add constraint line_cycles_pkey PRIMARY KEY (id);
alter table line_cycles add constraint line_cycles_state_check CHECK ((state = ANY (ARRAY['running'::text, 'gating'::text, 'awaiting_approval'::text, 'rolling_out'::text, 'completed'::text, 'rejected'::text, 'aborted'::text, 'failed'::text, 'cancelled'::text])));
alter table line_decisions add constraint line_decisions_line_id_once_key UNIQUE (line_id, once);
alter table line_decisions add constraint line_decisions_pkey PRIMARY KEY (id);
alter table line_generations add constraint line_generations_pkey PRIMARY KEY (line_id, generation);
alter table line_triggers add constraint line_triggers_line_id_source_key UNIQUE (line_id, source);
alter table line_triggers add constraint line_triggers_pkey PRIMARY KEY (id);
alter table lines add constraint lines_desired_check CHECK ((desired = ANY (ARRAY['active'::text, 'paused'::text])));
alter table lines add constraint lines_pkey PRIMARY KEY (id);
alter table lines add constraint lines_project_id_name_key UNIQUE (project_id, name);
alter table logged_models add constraint logged_models_pkey PRIMARY KEY (id);
alter table logged_models add constraint logged_models_status_check CHECK ((status = ANY (ARRAY['unspecified'::text, 'pending'::text, 'ready'::text, 'failed'::text])));
alter table login_codes add constraint login_codes_pkey PRIMARY KEY (hash);
alter table members add constraint members_pkey PRIMARY KEY (project_id, user_id);
alter table members add constraint members_role_check CHECK ((role = ANY (ARRAY['viewer'::text, 'contributor'::text, 'reviewer'::text, 'operator'::text, 'admin'::text])));
alter table mentions add constraint mentions_pkey PRIMARY KEY (comment_id, user_id);
alter table metric_chunks add constraint metric_chunks_pkey PRIMARY KEY (run_id, key, first_ms, mark);
alter table metric_files add constraint metric_files_pkey PRIMARY KEY (id);
alter table metric_segments add constraint metric_segments_pkey PRIMARY KEY (run_id, key, file_id);
alter table metric_summaries add constraint metric_summaries_pkey PRIMARY KEY (run_id, key);
alter table migrations add constraint migrations_pkey PRIMARY KEY (number);
alter table model_aliases add constraint model_aliases_pkey PRIMARY KEY (model_id, alias);
alter table model_evaluations add constraint model_evaluations_pkey PRIMARY KEY (id);
alter table model_evaluations add constraint model_evaluations_source_check CHECK ((source = ANY (ARRAY['platform'::text, 'client'::text])));
alter table model_history add constraint model_history_kind_check CHECK ((kind = ANY (ARRAY['alias'::text, 'stage'::text])));
alter table model_history add constraint model_history_pkey PRIMARY KEY (id);
alter table model_servers add constraint model_servers_pkey PRIMARY KEY (id);
alter table model_version_files add constraint model_version_files_pkey PRIMARY KEY (model_version_id, path);
alter table model_versions add constraint model_versions_model_id_version_key UNIQUE (model_id, version);
alter table model_versions add constraint model_versions_pkey PRIMARY KEY (id);
alter table model_versions add constraint model_versions_stage_check CHECK ((stage = ANY (ARRAY['None'::text, 'Staging'::text, 'Production'::text, 'Archived'::text])));
alter table monitors add constraint monitors_deployment_id_key UNIQUE (deployment_id);
alter table monitors add constraint monitors_pkey PRIMARY KEY (id);
alter table performance_windows add constraint performance_windows_pkey PRIMARY KEY (monitor_id, first_sequence);
alter table performance_windows add constraint performance_windows_verdict_check CHECK ((verdict = ANY (ARRAY['good'::text, 'bad'::text, 'waiting'::text])));
alter table pipeline_runs add constraint pipeline_runs_pkey PRIMARY KEY (id);
alter table pipeline_runs add constraint pipeline_runs_state_check CHECK ((state = ANY (ARRAY['running'::text, 'succeeded'::text, 'failed'::text, 'cancelled'::text])));
alter table pipeline_steps add constraint pipeline_steps_pipeline_run_id_name_key UNIQUE (pipeline_run_id, name);
alter table pipeline_steps add constraint pipeline_steps_pkey PRIMARY KEY (id);
alter table pipeline_steps add constraint pipeline_steps_state_check CHECK ((state = ANY (ARRAY['pending'::text, 'running'::text, 'succeeded'::text, 'cached'::text, 'failed'::text, 'skipped'::text, 'cancelled'::text])));
alter table prediction_minutes add constraint prediction_minutes_pkey PRIMARY KEY (deployment_id, minute, number);
alter table prediction_parts add constraint prediction_parts_check CHECK ((from_sequence <= sequence));
alter table prediction_parts add constraint prediction_parts_deployment_id_segment_key UNIQUE (deployment_id, segment);
alter table prediction_parts add constraint prediction_parts_pkey PRIMARY KEY (id);
alter table prediction_segments add constraint prediction_segments_pkey PRIMARY KEY (name);
alter table prediction_segments add constraint prediction_segments_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'converted'::text, 'damaged'::text])));
alter table projects add constraint projects_name_key UNIQUE (name);
alter table projects add constraint projects_pkey PRIMARY KEY (id);
alter table registered_models add constraint registered_models_pkey PRIMARY KEY (id);
alter table registered_models add constraint registered_models_project_id_name_key UNIQUE (project_id, name);
alter table report_versions add constraint report_versions_pkey PRIMARY KEY (report_id, version);
alter table reports add constraint reports_pkey PRIMARY KEY (id);
alter table retention_rules add constraint retention_rules_artifacts_days_check CHECK ((artifacts_days >= 1));
alter table retention_rules add constraint retention_rules_deleted_days_check CHECK ((deleted_days >= 0));
alter table retention_rules add constraint retention_rules_pkey PRIMARY KEY (project_id);
alter table retention_rules add constraint retention_rules_traces_days_check CHECK ((traces_days >= 1));
alter table review_items add constraint review_items_pkey PRIMARY KEY (queue_id, trace_id);
alter table review_items add constraint review_items_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'complete'::text, 'declined'::text])));
alter table review_queues add constraint review_queues_kind_check CHECK ((kind = ANY (ARRAY['user'::text, 'custom'::text])));
alter table review_queues add constraint review_queues_pkey PRIMARY KEY (id);
alter table revisions add constraint revisions_number_check CHECK ((number >= 1));
alter table revisions add constraint revisions_pkey PRIMARY KEY (deployment_id, number);
alter table revisions add constraint revisions_runtime_check CHECK ((runtime = 'onnx'::text));
alter table revisions add constraint revisions_weight_check CHECK (((weight >= 0) AND (weight <= 100)));
alter table rollout_steps add constraint rollout_steps_check CHECK (((outcome IS NULL) = (left_at IS NULL)));
alter table rollout_steps add constraint rollout_steps_outcome_check CHECK ((outcome = ANY (ARRAY['passed'::text, 'aborted'::text])));
alter table rollout_steps add constraint rollout_steps_pkey PRIMARY KEY (rollout_id, "position");
alter table rollouts add constraint rollouts_check CHECK (((state = ANY (ARRAY['completed'::text, 'aborted'::text])) = (finished_at IS NOT NULL)));
alter table rollouts add constraint rollouts_desired_check CHECK ((desired = ANY (ARRAY['run'::text, 'pause'::text])));
alter table rollouts add constraint rollouts_kind_check CHECK ((kind = ANY (ARRAY['first'::text, 'rollout'::text, 'rollback'::text])));
alter table rollouts add constraint rollouts_pkey PRIMARY KEY (id);
alter table rollouts add constraint rollouts_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'running'::text, 'completed'::text, 'aborted'::text])));
alter table run_datasets add constraint run_datasets_experiment_id_name_digest_key UNIQUE (experiment_id, name, digest);
alter table run_datasets add constraint run_datasets_pkey PRIMARY KEY (id);
alter table run_inputs add constraint run_inputs_pkey PRIMARY KEY (run_id, dataset_id);
alter table run_models add constraint run_models_direction_check CHECK ((direction = ANY (ARRAY['input'::text, 'output'::text])));
alter table run_models add constraint run_models_pkey PRIMARY KEY (run_id, model_id, direction, step);
alter table run_params add constraint run_params_pkey PRIMARY KEY (run_id, key);
alter table run_tags add constraint run_tags_pkey PRIMARY KEY (run_id, key);
alter table runs add constraint runs_pkey PRIMARY KEY (id);
alter table runs add constraint runs_status_check CHECK ((status = ANY (ARRAY['running'::text, 'scheduled'::text, 'finished'::text, 'failed'::text, 'killed'::text])));
alter table saved_views add constraint saved_views_pkey PRIMARY KEY (id);
alter table saved_views add constraint saved_views_project_id_user_id_page_name_key UNIQUE (project_id, user_id, page, name);
alter table schedule_ticks add constraint schedule_ticks_pkey PRIMARY KEY (schedule, tick);
alter table scorer_schedules add constraint scorer_schedules_pkey PRIMARY KEY (id);
alter table scorer_schedules add constraint scorer_schedules_scorer_id_key UNIQUE (scorer_id);
alter table scorer_versions add constraint scorer_versions_pkey PRIMARY KEY (scorer_id, version);
alter table scorers add constraint scorers_experiment_id_name_key UNIQUE (experiment_id, name);
alter table scorers add constraint scorers_pkey PRIMARY KEY (id);
alter table secrets add constraint secrets_pkey PRIMARY KEY (id);
alter table secrets add constraint secrets_project_id_name_key UNIQUE NULLS NOT DISTINCT (project_id, name);
alter table server_revisions add constraint server_revisions_pkey PRIMARY KEY (server_id, deployment_id, number);
alter table server_revisions add constraint server_revisions_state_check CHECK ((state = ANY (ARRAY['loading'::text, 'ready'::text, 'failed'::text])));
alter table serving_snapshot add constraint serving_snapshot_pkey PRIMARY KEY (singleton);
alter table serving_snapshot add constraint serving_snapshot_singleton_check CHECK (singleton);
alter table sessions add constraint sessions_pkey PRIMARY KEY (hash);
alter table spans add constraint spans_pkey PRIMARY KEY (project_id, trace_id, id);
alter table spans add constraint spans_status_check CHECK ((status = ANY (ARRAY['unset'::text, 'ok'::text, 'error'::text])));
alter table sweep_blobs add constraint sweep_blobs_pkey PRIMARY KEY (sweep_id, digest);
alter table sweep_marks add constraint sweep_marks_pkey PRIMARY KEY (sweep_id, digest);
alter table sweeps add constraint sweeps_pkey PRIMARY KEY (id);
alter table sweeps add constraint sweeps_state_check CHECK ((state = ANY (ARRAY['running'::text, 'done'::text, 'failed'::text])));
alter table tokens add constraint tokens_check CHECK (((user_id IS NULL) <> (job_id IS NULL)));
alter table tokens add constraint tokens_check1 CHECK (((job_id IS NULL) OR (project_id IS NOT NULL)));
alter table tokens add constraint tokens_pkey PRIMARY KEY (id);
alter table tokens add constraint tokens_role_check CHECK ((role = ANY (ARRAY['viewer'::text, 'contributor'::text, 'reviewer'::text, 'operator'::text, 'admin'::text])));
alter table trace_issues add constraint trace_issues_pkey PRIMARY KEY (id);
alter table trace_links add constraint trace_links_kind_check CHECK ((kind = ANY (ARRAY['run'::text, 'prompt'::text])));
alter table trace_links add constraint trace_links_pkey PRIMARY KEY (project_id, trace_id, kind, target);
alter table traces add constraint traces_pkey PRIMARY KEY (project_id, id);
alter table traces add constraint traces_state_check CHECK ((state = ANY (ARRAY['unspecified'::text, 'ok'::text, 'error'::text, 'in_progress'::text])));
alter table traffic_minutes add constraint traffic_minutes_pkey PRIMARY KEY (deployment_id, minute, number, server_id);
alter table users add constraint users_name_key UNIQUE (name);
alter table users add constraint users_number_key UNIQUE (number);
alter table users add constraint users_pkey PRIMARY KEY (id);
alter table users add constraint users_platform_role_check CHECK ((platform_role = 'admin'::text));
alter table webhook_deliveries add constraint webhook_deliveries_pkey PRIMARY KEY (id);
alter table webhook_deliveries add constraint webhook_deliveries_state_check CHECK ((state = ANY (ARRAY['pending'::text, 'delivered'::text, 'failed'::text])));
alter table webhook_deliveries add constraint webhook_deliveries_webhook_id_event_id_key UNIQUE (webhook_id, event_id);
alter table webhooks add constraint webhooks_pkey PRIMARY KEY (id);
alter table webhooks add constraint webhooks_status_check CHECK ((status = ANY (ARRAY['ACTIVE'::text, 'DISABLED'::text])));
alter table work add constraint work_check CHECK (((state = 'leased'::text) = ((owner IS NOT NULL) AND (lease_until IS NOT NULL))));
alter table work add constraint work_kind_key_key UNIQUE (kind, key);
alter table work add constraint work_pkey PRIMARY KEY (id);
alter table work add constraint work_state_check CHECK ((state = ANY (ARRAY['queued'::text, 'leased'::text, 'failed'::text])));
alter table alert_channels add constraint alert_channels_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id);
alter table alert_deliveries add constraint alert_deliveries_alert_id_fkey FOREIGN KEY (alert_id) REFERENCES alerts(id);
alter table alert_deliveries add constraint alert_deliveries_channel_id_fkey FOREIGN KEY (channel_id) REFERENCES alert_channels(id);
alter table alert_deliveries add constraint alert_deliveries_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id);
alter table alerts add constraint alerts_monitor_id_fkey FOREIGN KEY (monitor_id) REFERENCES monitors(id);
alter table alerts add constraint alerts_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id);
alter table approvals add constraint approvals_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id);
alter table artifact_files add constraint artifact_files_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id) ON DELETE CASCADE;
alter table artifact_uploads add constraint artifact_uploads_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id) ON DELETE CASCADE;
alter table assessments add constraint assessments_project_id_trace_id_fkey FOREIGN KEY (project_id, trace_id) REFERENCES traces(project_id, id) ON DELETE CASCADE;
alter table check_reports add constraint check_reports_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id);
alter table check_reports add constraint check_reports_version_id_fkey FOREIGN KEY (version_id) REFERENCES dataset_versions(id);
alter table comments add constraint comments_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id) ON DELETE CASCADE;
alter table dataset_parts add constraint dataset_parts_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id);
alter table dataset_parts add constraint dataset_parts_version_id_fkey FOREIGN KEY (version_id) REFERENCES dataset_versions(id);
alter table dataset_versions add constraint dataset_versions_dataset_id_fkey FOREIGN KEY (dataset_id) REFERENCES datasets(id);
alter table dataset_versions add constraint dataset_versions_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id);
alter table datasets add constraint datasets_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id);
alter table deployments add constraint deployments_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id);
alter table drift_references add constraint drift_references_monitor_id_fkey FOREIGN KEY (monitor_id) REFERENCES monitors(id) ON DELETE CASCADE;
alter table drift_references add constraint drift_references_version_id_fkey FOREIGN KEY (version_id) REFERENCES dataset_versions(id);
alter table drift_windows add constraint drift_windows_monitor_id_fkey FOREIGN KEY (monitor_id) REFERENCES monitors(id) ON DELETE CASCADE;
alter table drift_windows add constraint drift_windows_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id);
alter table evaluation_dataset_experiments add constraint evaluation_dataset_experiments_dataset_id_fkey FOREIGN KEY (dataset_id) REFERENCES evaluation_datasets(id) ON DELETE CASCADE;
alter table evaluation_dataset_experiments add constraint evaluation_dataset_experiments_experiment_id_fkey FOREIGN KEY (experiment_id) REFERENCES experiments(id) ON DELETE CASCADE;
alter table evaluation_datasets add constraint evaluation_datasets_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id) ON DELETE CASCADE;
alter table evaluation_records add constraint evaluation_records_dataset_id_fkey FOREIGN KEY (dataset_id) REFERENCES evaluation_datasets(id) ON DELETE CASCADE;
alter table experiments add constraint experiments_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id) ON DELETE CASCADE;
alter table grant_role_members add constraint grant_role_members_role_id_fkey FOREIGN KEY (role_id) REFERENCES grant_roles(id) ON DELETE CASCADE;
alter table grant_role_members add constraint grant_role_members_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE;
alter table grant_roles add constraint grant_roles_personal_of_fkey FOREIGN KEY (personal_of) REFERENCES users(id) ON DELETE CASCADE;
alter table grants add constraint grants_role_id_fkey FOREIGN KEY (role_id) REFERENCES grant_roles(id) ON DELETE CASCADE;
alter table holds add constraint holds_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id) ON DELETE CASCADE;
alter table import_items add constraint import_items_import_id_fkey FOREIGN KEY (import_id) REFERENCES imports(id) ON DELETE CASCADE;
alter table imports add constraint imports_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id) ON DELETE CASCADE;
alter table jobs add constraint jobs_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id);
alter table jobs add constraint jobs_step_id_fkey FOREIGN KEY (step_id) REFERENCES pipeline_steps(id) ON DELETE CASCADE;
alter table label_schemas add constraint label_schemas_experiment_id_fkey FOREIGN KEY (experiment_id) REFERENCES experiments(id) ON DELETE CASCADE;
alter table label_schemas add constraint label_schemas_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id) ON DELETE CASCADE;
alter table labels add constraint labels_deployment_id_fkey FOREIGN KEY (deployment_id) REFERENCES deployments(id) ON DELETE CASCADE;
alter table labels add constraint labels_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id);
alter table line_cycles add constraint line_cycles_line_id_fkey FOREIGN KEY (line_id) REFERENCES lines(id) ON DELETE CASCADE;
alter table line_cycles add constraint line_cycles_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id);
alter table line_decisions add constraint line_decisions_line_id_fkey FOREIGN KEY (line_id) REFERENCES lines(id) ON DELETE CASCADE;
alter table line_decisions add constraint line_decisions_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id);
alter table line_generations add constraint line_generations_line_id_fkey FOREIGN KEY (line_id) REFERENCES lines(id) ON DELETE CASCADE;
alter table line_generations add constraint line_generations_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id);
alter table line_triggers add constraint line_triggers_cycle_id_fkey FOREIGN KEY (cycle_id) REFERENCES line_cycles(id) ON DELETE SET NULL;
alter table line_triggers add constraint line_triggers_line_id_fkey FOREIGN KEY (line_id) REFERENCES lines(id) ON DELETE CASCADE;
alter table line_triggers add constraint line_triggers_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id);
alter table lines add constraint lines_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id);
alter table logged_models add constraint logged_models_experiment_id_fkey FOREIGN KEY (experiment_id) REFERENCES experiments(id);
alter table logged_models add constraint logged_models_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id) ON DELETE CASCADE;
alter table logged_models add constraint logged_models_source_run_id_fkey FOREIGN KEY (source_run_id) REFERENCES runs(id) ON DELETE SET NULL;
alter table login_codes add constraint login_codes_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id);
alter table members add constraint members_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id) ON DELETE CASCADE;
alter table members add constraint members_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id);
alter table mentions add constraint mentions_comment_id_fkey FOREIGN KEY (comment_id) REFERENCES comments(id) ON DELETE CASCADE;
alter table mentions add constraint mentions_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id) ON DELETE CASCADE;
alter table mentions add constraint mentions_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE;
alter table metric_files add constraint metric_files_run_id_fkey FOREIGN KEY (run_id) REFERENCES runs(id) ON DELETE CASCADE;
alter table metric_segments add constraint metric_segments_file_id_fkey FOREIGN KEY (file_id) REFERENCES metric_files(id) ON DELETE CASCADE;
alter table model_aliases add constraint model_aliases_model_id_fkey FOREIGN KEY (model_id) REFERENCES registered_models(id) ON DELETE CASCADE;
alter table model_aliases add constraint model_aliases_model_version_id_fkey FOREIGN KEY (model_version_id) REFERENCES model_versions(id) ON DELETE CASCADE;
alter table model_evaluations add constraint model_evaluations_model_version_id_fkey FOREIGN KEY (model_version_id) REFERENCES model_versions(id) ON DELETE CASCADE;
alter table model_evaluations add constraint model_evaluations_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id) ON DELETE CASCADE;
alter table model_history add constraint model_history_model_id_fkey FOREIGN KEY (model_id) REFERENCES registered_models(id) ON DELETE CASCADE;
alter table model_history add constraint model_history_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id) ON DELETE CASCADE;
alter table model_version_files add constraint model_version_files_model_version_id_fkey FOREIGN KEY (model_version_id) REFERENCES model_versions(id) ON DELETE CASCADE;
alter table model_versions add constraint model_versions_model_id_fkey FOREIGN KEY (model_id) REFERENCES registered_models(id) ON DELETE CASCADE;
alter table model_versions add constraint model_versions_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id) ON DELETE CASCADE;
alter table monitors add constraint monitors_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id);
alter table performance_windows add constraint performance_windows_monitor_id_fkey FOREIGN KEY (monitor_id) REFERENCES monitors(id) ON DELETE CASCADE;
alter table performance_windows add constraint performance_windows_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id);
alter table pipeline_runs add constraint pipeline_runs_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id);
alter table pipeline_steps add constraint pipeline_steps_pipeline_run_id_fkey FOREIGN KEY (pipeline_run_id) REFERENCES pipeline_runs(id) ON DELETE CASCADE;
alter table pipeline_steps add constraint pipeline_steps_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id);
alter table prediction_minutes add constraint prediction_minutes_deployment_id_fkey FOREIGN KEY (deployment_id) REFERENCES deployments(id) ON DELETE CASCADE;
alter table prediction_parts add constraint prediction_parts_deployment_id_fkey FOREIGN KEY (deployment_id) REFERENCES deployments(id) ON DELETE CASCADE;
alter table prediction_parts add constraint prediction_parts_merged_into_fkey FOREIGN KEY (merged_into) REFERENCES prediction_parts(id) DEFERRABLE INITIALLY DEFERRED;
alter table prediction_parts add constraint prediction_parts_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id);
alter table prediction_parts add constraint prediction_parts_segment_fkey FOREIGN KEY (segment) REFERENCES prediction_segments(name);
alter table registered_models add constraint registered_models_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id) ON DELETE CASCADE;
alter table report_versions add constraint report_versions_report_id_fkey FOREIGN KEY (report_id) REFERENCES reports(id) ON DELETE CASCADE;
alter table reports add constraint reports_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id) ON DELETE CASCADE;
alter table retention_rules add constraint retention_rules_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id) ON DELETE CASCADE;
alter table review_items add constraint review_items_queue_id_fkey FOREIGN KEY (queue_id) REFERENCES review_queues(id) ON DELETE CASCADE;
alter table review_queues add constraint review_queues_experiment_id_fkey FOREIGN KEY (experiment_id) REFERENCES experiments(id) ON DELETE CASCADE;
alter table review_queues add constraint review_queues_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id) ON DELETE CASCADE;
alter table revisions add constraint revisions_deployment_id_fkey FOREIGN KEY (deployment_id) REFERENCES deployments(id) ON DELETE CASCADE;
alter table revisions add constraint revisions_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id);
alter table rollout_steps add constraint rollout_steps_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id);
alter table rollout_steps add constraint rollout_steps_rollout_id_fkey FOREIGN KEY (rollout_id) REFERENCES rollouts(id) ON DELETE CASCADE;
alter table rollouts add constraint rollouts_deployment_id_fkey FOREIGN KEY (deployment_id) REFERENCES deployments(id) ON DELETE CASCADE;
alter table rollouts add constraint rollouts_deployment_id_revision_fkey FOREIGN KEY (deployment_id, revision) REFERENCES revisions(deployment_id, number);
alter table rollouts add constraint rollouts_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id);
alter table run_datasets add constraint run_datasets_experiment_id_fkey FOREIGN KEY (experiment_id) REFERENCES experiments(id) ON DELETE CASCADE;
alter table run_inputs add constraint run_inputs_dataset_id_fkey FOREIGN KEY (dataset_id) REFERENCES run_datasets(id) ON DELETE CASCADE;
alter table run_inputs add constraint run_inputs_run_id_fkey FOREIGN KEY (run_id) REFERENCES runs(id) ON DELETE CASCADE;
alter table run_models add constraint run_models_run_id_fkey FOREIGN KEY (run_id) REFERENCES runs(id) ON DELETE CASCADE;
alter table run_params add constraint run_params_run_id_fkey FOREIGN KEY (run_id) REFERENCES runs(id) ON DELETE CASCADE;
alter table run_tags add constraint run_tags_run_id_fkey FOREIGN KEY (run_id) REFERENCES runs(id) ON DELETE CASCADE;
alter table runs add constraint runs_experiment_id_fkey FOREIGN KEY (experiment_id) REFERENCES experiments(id);
alter table runs add constraint runs_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id) ON DELETE CASCADE;
alter table saved_views add constraint saved_views_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id) ON DELETE CASCADE;
alter table saved_views add constraint saved_views_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE;
alter table scorer_schedules add constraint scorer_schedules_experiment_id_fkey FOREIGN KEY (experiment_id) REFERENCES experiments(id) ON DELETE CASCADE;
alter table scorer_schedules add constraint scorer_schedules_scorer_id_fkey FOREIGN KEY (scorer_id) REFERENCES scorers(id) ON DELETE CASCADE;
alter table scorer_versions add constraint scorer_versions_scorer_id_fkey FOREIGN KEY (scorer_id) REFERENCES scorers(id) ON DELETE CASCADE;
alter table scorers add constraint scorers_experiment_id_fkey FOREIGN KEY (experiment_id) REFERENCES experiments(id) ON DELETE CASCADE;
alter table scorers add constraint scorers_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id) ON DELETE CASCADE;
alter table server_revisions add constraint server_revisions_server_id_fkey FOREIGN KEY (server_id) REFERENCES model_servers(id) ON DELETE CASCADE;
alter table sessions add constraint sessions_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id);
alter table tokens add constraint tokens_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id) ON DELETE CASCADE;
alter table tokens add constraint tokens_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id);
alter table trace_issues add constraint trace_issues_experiment_id_fkey FOREIGN KEY (experiment_id) REFERENCES experiments(id) ON DELETE CASCADE;
alter table trace_issues add constraint trace_issues_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id) ON DELETE CASCADE;
alter table trace_links add constraint trace_links_project_id_trace_id_fkey FOREIGN KEY (project_id, trace_id) REFERENCES traces(project_id, id) ON DELETE CASCADE;
alter table traces add constraint traces_experiment_id_fkey FOREIGN KEY (experiment_id) REFERENCES experiments(id);
alter table traces add constraint traces_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id) ON DELETE CASCADE;
alter table traffic_minutes add constraint traffic_minutes_deployment_id_fkey FOREIGN KEY (deployment_id) REFERENCES deployments(id) ON DELETE CASCADE;
alter table webhook_deliveries add constraint webhook_deliveries_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id);
alter table webhook_deliveries add constraint webhook_deliveries_webhook_id_fkey FOREIGN KEY (webhook_id) REFERENCES webhooks(id) ON DELETE CASCADE;
alter table webhooks add constraint webhooks_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id);

CREATE UNIQUE INDEX alert_channels_by_name ON public.alert_channels USING btree (project_id, name) WHERE (deleted_at IS NULL);
CREATE INDEX alerts_by_deployment ON public.alerts USING btree (deployment_id, id DESC);
CREATE INDEX alerts_by_project ON public.alerts USING btree (project_id, id DESC);
CREATE UNIQUE INDEX alerts_open ON public.alerts USING btree (monitor_id, kind) WHERE (resolved_at IS NULL);
CREATE INDEX artifact_files_by_digest ON public.artifact_files USING btree (digest);
CREATE INDEX artifact_uploads_arriving ON public.artifact_uploads USING btree (project_id, path) WHERE ((state = 'open'::text) AND (kind = 'whole'::text));
CREATE INDEX artifact_uploads_by_age ON public.artifact_uploads USING btree (expires_at);
CREATE INDEX assessments_by_name ON public.assessments USING btree (project_id, name);
CREATE INDEX assessments_by_run ON public.assessments USING btree (project_id, run_id) WHERE (run_id IS NOT NULL);
CREATE INDEX audit_entries_by_project ON public.audit_entries USING btree (project_id, id DESC);
CREATE INDEX audit_entries_by_subject ON public.audit_entries USING btree (subject_type, subject_id, id DESC);
CREATE INDEX check_reports_by_version ON public.check_reports USING btree (version_id, id DESC);
CREATE INDEX comments_by_subject ON public.comments USING btree (project_id, subject_type, subject_id, id);
CREATE INDEX dataset_parts_by_digest ON public.dataset_parts USING btree (digest);
CREATE UNIQUE INDEX dataset_versions_by_key ON public.dataset_versions USING btree (dataset_id, source_key) WHERE (source_key IS NOT NULL);
CREATE INDEX dataset_versions_by_project ON public.dataset_versions USING btree (project_id, created_at DESC);
CREATE UNIQUE INDEX deployments_by_name ON public.deployments USING btree (project_id, name) WHERE (deleted_at IS NULL);
CREATE INDEX evaluation_datasets_by_project ON public.evaluation_datasets USING btree (project_id, updated_ms DESC, id);
CREATE INDEX evaluation_records_by_age ON public.evaluation_records USING btree (dataset_id, created_ms, id);
CREATE INDEX events_by_project ON public.events USING btree (project_id, id DESC);
CREATE INDEX events_by_subject ON public.events USING btree (subject, id DESC);
CREATE INDEX grant_role_members_by_user ON public.grant_role_members USING btree (user_id);
CREATE UNIQUE INDEX grant_roles_personal ON public.grant_roles USING btree (project, personal_of) WHERE (personal_of IS NOT NULL);
CREATE INDEX holds_by_project ON public.holds USING btree (project_id, id DESC);
CREATE UNIQUE INDEX holds_in_force ON public.holds USING btree (subject_type, subject_id) WHERE (released_at IS NULL);
CREATE INDEX idempotency_by_age ON public.idempotency USING btree (created_at);
CREATE INDEX labels_by_arrival ON public.labels USING btree (deployment_id, received_at);
CREATE INDEX labels_by_prediction ON public.labels USING btree (deployment_id, prediction_id, "row") WHERE (prediction_id IS NOT NULL);
CREATE INDEX labels_by_request ON public.labels USING btree (deployment_id, request_id, "row") WHERE (request_id IS NOT NULL);
CREATE UNIQUE INDEX line_cycles_open ON public.line_cycles USING btree (line_id) WHERE (state = ANY (ARRAY['running'::text, 'gating'::text, 'awaiting_approval'::text, 'rolling_out'::text]));
CREATE INDEX line_decisions_by_line ON public.line_decisions USING btree (line_id, id DESC);
CREATE INDEX logged_models_by_experiment ON public.logged_models USING btree (experiment_id, created_ms DESC, id);
CREATE INDEX logged_models_by_run ON public.logged_models USING btree (source_run_id);
CREATE INDEX login_codes_by_expiry ON public.login_codes USING btree (expires_at);
CREATE INDEX members_by_user ON public.members USING btree (user_id);
CREATE INDEX mentions_by_user ON public.mentions USING btree (user_id, project_id, comment_id DESC);
CREATE INDEX metric_files_by_digest ON public.metric_files USING btree (digest);
CREATE INDEX metric_files_by_run ON public.metric_files USING btree (run_id);
CREATE INDEX metric_points_by_model ON public.metric_points USING btree (model_id, key) WHERE (model_id IS NOT NULL);
CREATE UNIQUE INDEX metric_points_once ON public.metric_points USING btree (run_id, key, step, time_ms, value, model_id) NULLS NOT DISTINCT;
CREATE INDEX metric_summaries_by_value ON public.metric_summaries USING btree (experiment_id, key, value, run_id);
CREATE INDEX model_aliases_by_version ON public.model_aliases USING btree (model_version_id);
CREATE INDEX model_evaluations_by_version ON public.model_evaluations USING btree (model_version_id, id DESC);
CREATE INDEX model_history_by_alias ON public.model_history USING btree (model_id, name, id DESC) WHERE (kind = 'alias'::text);
CREATE INDEX model_history_by_model ON public.model_history USING btree (model_id, id DESC);
CREATE INDEX model_version_files_by_digest ON public.model_version_files USING btree (digest);
CREATE INDEX model_versions_by_project ON public.model_versions USING btree (project_id, updated_ms DESC);
CREATE INDEX model_versions_by_run ON public.model_versions USING btree (run_id) WHERE (run_id IS NOT NULL);
CREATE INDEX monitors_by_project ON public.monitors USING btree (project_id);
CREATE INDEX performance_windows_to_compute ON public.performance_windows USING btree (monitor_id, first_sequence) WHERE (NOT final);
CREATE INDEX pipeline_runs_by_line ON public.pipeline_runs USING btree (line_id, id DESC);
CREATE INDEX pipeline_runs_by_project ON public.pipeline_runs USING btree (project_id, id DESC);
CREATE INDEX pipeline_steps_by_cache_key ON public.pipeline_steps USING btree (project_id, cache_key) WHERE (state = 'succeeded'::text);
CREATE UNIQUE INDEX prediction_parts_by_sequence ON public.prediction_parts USING btree (deployment_id, sequence) WHERE (merged_into IS NULL);
CREATE INDEX prediction_parts_by_time ON public.prediction_parts USING btree (deployment_id, last_time) WHERE (merged_into IS NULL);
CREATE INDEX prediction_segments_to_free ON public.prediction_segments USING btree (converted_at) WHERE (freed_at IS NULL);
CREATE INDEX prediction_segments_waiting ON public.prediction_segments USING btree (received_at) WHERE (state = 'waiting'::text);
CREATE INDEX reports_by_project ON public.reports USING btree (project_id, updated_at DESC, id DESC);
CREATE INDEX review_items_by_trace ON public.review_items USING btree (trace_id);
CREATE UNIQUE INDEX review_queues_by_name ON public.review_queues USING btree (experiment_id, lower(name));
CREATE INDEX revisions_by_model_version ON public.revisions USING btree (model_version_id);
CREATE INDEX rollouts_by_deployment ON public.rollouts USING btree (deployment_id, id DESC);
CREATE UNIQUE INDEX rollouts_under_way ON public.rollouts USING btree (deployment_id) WHERE (finished_at IS NULL);
CREATE INDEX run_inputs_by_dataset ON public.run_inputs USING btree (dataset_id);
CREATE INDEX run_params_by_value ON public.run_params USING btree (experiment_id, key, "left"(value, 128));
CREATE INDEX run_tags_by_parent ON public.run_tags USING btree ("left"(value, 128)) WHERE (key = 'mlflow.parentRunId'::text);
CREATE INDEX run_tags_by_value ON public.run_tags USING btree (experiment_id, key, "left"(value, 128));
CREATE INDEX runs_by_experiment ON public.runs USING btree (experiment_id, start_ms DESC, id);
CREATE INDEX runs_by_name ON public.runs USING btree (experiment_id, name);
CREATE INDEX runs_by_project ON public.runs USING btree (project_id, start_ms DESC, id);
CREATE INDEX sessions_by_expiry ON public.sessions USING btree (expires_at);
CREATE INDEX sessions_by_user ON public.sessions USING btree (user_id);
CREATE INDEX spans_by_start ON public.spans USING btree (project_id, trace_id, start_ns, id);
CREATE INDEX tokens_by_expiry ON public.tokens USING btree (expires_at);
CREATE INDEX tokens_by_project ON public.tokens USING btree (project_id, created_at DESC) WHERE (project_id IS NOT NULL);
CREATE INDEX tokens_by_user ON public.tokens USING btree (user_id, created_at DESC) WHERE (user_id IS NOT NULL);
CREATE INDEX trace_issues_by_experiment ON public.trace_issues USING btree (experiment_id, created_ms DESC);
CREATE INDEX trace_links_by_target ON public.trace_links USING btree (project_id, kind, target);
CREATE INDEX traces_by_experiment ON public.traces USING btree (experiment_id, start_ms DESC, id);
CREATE INDEX traces_by_project ON public.traces USING btree (project_id, start_ms DESC, id);
CREATE INDEX traces_by_run ON public.traces USING btree (project_id, ((metadata ->> 'mlflow.sourceRun'::text))) WHERE (metadata ? 'mlflow.sourceRun'::text);
CREATE INDEX traces_by_session ON public.traces USING btree (project_id, session, start_ms) WHERE (session IS NOT NULL);
CREATE INDEX webhook_deliveries_by_age ON public.webhook_deliveries USING btree (created_at);
CREATE INDEX webhook_deliveries_by_project ON public.webhook_deliveries USING btree (project_id, id DESC);
CREATE INDEX webhook_deliveries_by_webhook ON public.webhook_deliveries USING btree (webhook_id, id DESC);
CREATE INDEX webhooks_by_project ON public.webhooks USING btree (project_id, created_at DESC) WHERE (deleted_at IS NULL);
CREATE INDEX work_due ON public.work USING btree (kind, run_at) WHERE (state = 'queued'::text);
CREATE INDEX work_leases ON public.work USING btree (lease_until) WHERE (state = 'leased'::text);
CREATE UNIQUE INDEX work_one_at_a_time ON public.work USING btree (concurrency_key) WHERE ((state = 'leased'::text) AND (concurrency_key IS NOT NULL));
CREATE INDEX work_queued_by_concurrency ON public.work USING btree (concurrency_key, run_at, id) WHERE ((state = 'queued'::text) AND (concurrency_key IS NOT NULL));

CREATE STATISTICS public.metric_summaries_keys (mcv) ON key, experiment_id FROM metric_summaries;
CREATE STATISTICS public.run_params_values (mcv) ON key, experiment_id, "left"(value, 128) FROM run_params;
CREATE STATISTICS public.run_tags_values (mcv) ON key, experiment_id, "left"(value, 128) FROM run_tags;

create view trace_arrivals as  SELECT project_id,
    id,
    experiment_id,
    name,
    root_name,
    state,
    start_ms,
    duration_ms,
    client_request_id,
    request_preview,
    response_preview,
    session,
    usage,
    cost,
    counted,
    final,
    tags,
    metadata
   FROM traces;

CREATE TRIGGER metric_points_summarize AFTER INSERT ON public.metric_points REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION summarize_metric_points();
CREATE TRIGGER metric_summaries_experiment BEFORE INSERT ON public.metric_summaries FOR EACH ROW WHEN ((new.experiment_id = '-1'::integer)) EXECUTE FUNCTION fill_experiment();
CREATE TRIGGER run_params_experiment BEFORE INSERT ON public.run_params FOR EACH ROW WHEN ((new.experiment_id = '-1'::integer)) EXECUTE FUNCTION fill_experiment();
CREATE TRIGGER run_tags_experiment BEFORE INSERT ON public.run_tags FOR EACH ROW WHEN ((new.experiment_id = '-1'::integer)) EXECUTE FUNCTION fill_experiment();
CREATE TRIGGER runs_delete_points AFTER DELETE ON public.runs REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION delete_run_points();
CREATE TRIGGER trace_arrivals_merge INSTEAD OF INSERT ON public.trace_arrivals FOR EACH ROW EXECUTE FUNCTION merge_trace();
