create table pipeline_runs (
  id uuid primary key,
  project_id uuid not null references projects (id),
  name text not null,
  line_id uuid,
  state text not null check (state in ('running', 'succeeded', 'failed', 'cancelled')),
  failure jsonb,
  cancel_requested boolean not null default false,
  created_at timestamptz not null default now(),
  ended_at timestamptz
);
create index pipeline_runs_by_project on pipeline_runs (project_id, id desc);
create index pipeline_runs_by_line on pipeline_runs (line_id, id desc);

create table pipeline_steps (
  id uuid primary key,
  project_id uuid not null references projects (id),
  pipeline_run_id uuid not null references pipeline_runs (id) on delete cascade,
  position integer not null,
  name text not null,
  kind text not null,
  needs text[] not null,
  spec jsonb not null,
  state text not null check (state in ('pending', 'running', 'succeeded', 'cached', 'failed', 'skipped', 'cancelled')),
  cache_key text,
  run_id text,
  outputs jsonb not null default '{}',
  failure jsonb,
  started_at timestamptz,
  ended_at timestamptz,
  unique (pipeline_run_id, name)
);
create index pipeline_steps_by_cache_key on pipeline_steps (project_id, cache_key) where state = 'succeeded';

create table jobs (
  id uuid primary key,
  project_id uuid not null references projects (id),
  step_id uuid not null references pipeline_steps (id) on delete cascade,
  attempt integer not null,
  engine text not null,
  handle jsonb,
  state text not null check (state in ('starting', 'running', 'ended')),
  outcome text,
  message text,
  exit_code integer,
  log_digest text,
  log_size bigint,
  peak_bytes bigint,
  cpu_seconds double precision,
  created_at timestamptz not null default now(),
  started_at timestamptz,
  ended_at timestamptz,
  unique (step_id, attempt)
);
