create table lines (
  id uuid primary key,
  project_id uuid not null references projects (id),
  name text not null,
  desired text not null default 'active' check (desired in ('active', 'paused')),
  generation integer not null default 1,
  spec jsonb not null,
  files jsonb not null,
  code_digest text not null,
  deployment_id uuid not null,
  -- the version that serves since the last completed cycle, and what its inputs are compared with
  champion_version_id uuid,
  reference_version_id uuid,
  applied_at timestamptz not null default now(),
  created_at timestamptz not null default now(),
  unique (project_id, name)
);

create table line_generations (
  line_id uuid not null references lines (id) on delete cascade,
  project_id uuid not null references projects (id),
  generation integer not null,
  spec jsonb not null,
  files jsonb not null,
  code_digest text not null,
  applied_by text not null,
  applied_at timestamptz not null default now(),
  primary key (line_id, generation)
);

create table line_cycles (
  id uuid primary key,
  project_id uuid not null references projects (id),
  line_id uuid not null references lines (id) on delete cascade,
  number integer not null,
  generation integer not null,
  state text not null check (state in (
    'running', 'gating', 'awaiting_approval', 'rolling_out', 'completed', 'rejected', 'aborted', 'failed', 'cancelled')),
  trigger text not null,
  reason text not null,
  outcome text,
  pipeline_run_id uuid,
  dataset_version_id uuid,
  model_version_id uuid,
  rollout_id uuid,
  -- labelled predictions that became training data in this cycle
  collected_rows bigint not null default 0,
  -- what drift is measured against once its version serves
  reference_version_id uuid,
  gates jsonb not null default '[]',
  metrics jsonb not null default '{}',
  champion_metrics jsonb not null default '{}',
  started_at timestamptz not null default now(),
  ended_at timestamptz,
  unique (line_id, number)
);
-- one open cycle a line, whatever races
create unique index line_cycles_open on line_cycles (line_id)
  where state in ('running', 'gating', 'awaiting_approval', 'rolling_out');

create table line_triggers (
  id uuid primary key,
  project_id uuid not null references projects (id),
  line_id uuid not null references lines (id) on delete cascade,
  kind text not null,
  reason text not null,
  -- what raised it: the same event raises it once
  source text not null,
  at timestamptz not null default now(),
  cycle_id uuid references line_cycles (id) on delete set null,
  unique (line_id, source)
);

create table line_decisions (
  id uuid primary key,
  project_id uuid not null references projects (id),
  line_id uuid not null references lines (id) on delete cascade,
  cycle integer,
  kind text not null,
  sentence text not null,
  evidence jsonb not null default '{}',
  -- set for what is said only once, whatever races or repeats
  once text,
  at timestamptz not null default now(),
  unique (line_id, once)
);
create index line_decisions_by_line on line_decisions (line_id, id desc);
