create table deployments (
  id uuid primary key,
  project_id uuid not null references projects (id),
  name text not null,
  line_id uuid,
  risk text not null default 'limited' check (risk in ('minimal', 'limited', 'high')),
  min_replicas integer not null default 1 check (min_replicas >= 0),
  max_replicas integer not null default 1 check (max_replicas >= 1 and max_replicas >= min_replicas),
  -- what the model server enforces, for example rows per request; absent keys take its defaults
  limits jsonb not null default '{}',
  last_revision integer not null default 0,
  -- counters assigned under this row's lock, so that they become visible in their own order
  last_part bigint not null default 0,
  last_label bigint not null default 0,
  created_at timestamptz not null default now(),
  deleted_at timestamptz
);
create unique index deployments_by_name on deployments (project_id, name) where deleted_at is null;

create table revisions (
  deployment_id uuid not null references deployments (id) on delete cascade,
  number integer not null check (number >= 1),
  project_id uuid not null references projects (id),
  model_version_id uuid not null,
  runtime text not null default 'onnx' check (runtime in ('onnx')),
  digest text not null,
  signature jsonb not null,
  -- desired share of traffic, in percent
  weight integer not null default 0 check (weight between 0 and 100),
  created_at timestamptz not null default now(),
  primary key (deployment_id, number)
);
create index revisions_by_model_version on revisions (model_version_id);

create table rollouts (
  id uuid primary key,
  deployment_id uuid not null references deployments (id) on delete cascade,
  project_id uuid not null references projects (id),
  kind text not null check (kind in ('first', 'rollout', 'rollback')),
  revision integer not null,
  plan jsonb not null,
  abort_if text[] not null,
  weights_before jsonb not null,
  reason text not null,
  desired text not null default 'run' check (desired in ('run', 'pause')),
  state text not null default 'waiting' check (state in ('waiting', 'running', 'completed', 'aborted')),
  outcome_reason text,
  started_at timestamptz not null,
  finished_at timestamptz,
  foreign key (deployment_id, revision) references revisions (deployment_id, number),
  check ((state in ('completed', 'aborted')) = (finished_at is not null))
);
create unique index rollouts_under_way on rollouts (deployment_id) where finished_at is null;
create index rollouts_by_deployment on rollouts (deployment_id, id desc);

create table rollout_steps (
  rollout_id uuid not null references rollouts (id) on delete cascade,
  position integer not null,
  project_id uuid not null references projects (id),
  percent integer not null,
  -- servers that report this snapshot or a later one have the weights of this step
  snapshot_version bigint not null,
  entered_at timestamptz not null,
  effective_at timestamptz,
  -- counters of each revision when the step took effect; evidence is what was added since
  counters_before jsonb,
  left_at timestamptz,
  outcome text check (outcome in ('passed', 'aborted')),
  evidence jsonb,
  primary key (rollout_id, position),
  check ((outcome is null) = (left_at is null))
);

-- One row: counts changes of what model servers must know.
create table serving_snapshot (
  singleton boolean primary key default true check (singleton),
  version bigint not null default 1,
  -- of the tokens in the last snapshot made: a change of these raises the version, too
  tokens_hash text not null default ''
);
insert into serving_snapshot default values;

-- One row per run of a model server's process.
create table model_servers (
  id text primary key,
  snapshot_version bigint not null,
  first_seen_at timestamptz not null,
  seen_at timestamptz not null
);

create table server_revisions (
  server_id text not null references model_servers (id) on delete cascade,
  deployment_id uuid not null,
  number integer not null,
  state text not null check (state in ('loading', 'ready', 'failed')),
  error text,
  changed_at timestamptz not null,
  primary key (server_id, deployment_id, number)
);

-- Absolute counters of one server's process: a report that is sent again changes nothing.
create table traffic_minutes (
  deployment_id uuid not null references deployments (id) on delete cascade,
  number integer not null,
  minute timestamptz not null,
  server_id text not null,
  requests bigint not null,
  errors bigint not null,
  rows bigint not null,
  -- requests by latency, in the buckets of the report
  latency integer[] not null,
  primary key (deployment_id, minute, number, server_id)
);

create table prediction_segments (
  name text primary key,
  server_id text not null,
  digest text not null,
  size bigint not null,
  state text not null default 'waiting' check (state in ('waiting', 'converted', 'damaged')),
  error text,
  received_at timestamptz not null default now(),
  converted_at timestamptz,
  -- when the segment's own bytes were freed; its Parquet parts stay
  freed_at timestamptz
);
create index prediction_segments_waiting on prediction_segments (received_at) where state = 'waiting';
create index prediction_segments_to_free on prediction_segments (converted_at) where freed_at is null;

create table prediction_parts (
  id uuid primary key,
  deployment_id uuid not null references deployments (id) on delete cascade,
  project_id uuid not null references projects (id),
  -- a part covers the numbers from..sequence; a merged one covers those of the parts in it
  from_sequence bigint not null,
  sequence bigint not null,
  -- null for merged parts
  segment text references prediction_segments (name),
  digest text not null,
  size bigint not null,
  rows bigint not null,
  first_time timestamptz not null,
  last_time timestamptz not null,
  merged_into uuid references prediction_parts (id) deferrable initially deferred,
  created_at timestamptz not null default now(),
  unique (deployment_id, segment),
  check (from_sequence <= sequence)
);
create unique index prediction_parts_by_sequence on prediction_parts (deployment_id, sequence) where merged_into is null;
create index prediction_parts_by_time on prediction_parts (deployment_id, last_time) where merged_into is null;

-- Mergeable statistics of each column, by minute of the prediction: a window is a merge, not a rescan.
create table prediction_minutes (
  deployment_id uuid not null references deployments (id) on delete cascade,
  number integer not null,
  minute timestamptz not null,
  rows bigint not null,
  columns jsonb not null,
  primary key (deployment_id, minute, number)
);

-- Append-only: a later row corrects an earlier one.
create table labels (
  deployment_id uuid not null references deployments (id) on delete cascade,
  sequence bigint not null,
  project_id uuid not null references projects (id),
  prediction_id uuid,
  request_id text,
  "row" integer not null default 0,
  value jsonb not null,
  observed_at timestamptz not null,
  received_at timestamptz not null,
  primary key (deployment_id, sequence),
  check ((prediction_id is null) <> (request_id is null))
);
create index labels_by_prediction on labels (deployment_id, prediction_id, "row") where prediction_id is not null;
create index labels_by_request on labels (deployment_id, request_id, "row") where request_id is not null;
create index labels_by_arrival on labels (deployment_id, received_at);
