-- The store's own tables: the record of changes, events, leased work, schedules.

-- One entry for each audited change, written in the same transaction as the change.
create table audit_entries (
  id uuid primary key,
  project_id uuid,
  recorded_at timestamptz not null default now(),
  actor_kind text not null check (actor_kind in ('user', 'job', 'system')),
  actor_id text not null,
  actor_name text not null,
  token_id text,
  action text not null,
  subject_type text not null,
  subject_id text not null,
  details jsonb not null default '{}'
);
create index audit_entries_by_project on audit_entries (project_id, id desc);
create index audit_entries_by_subject on audit_entries (subject_type, subject_id, id desc);

-- What happened. Commit order is not id order: consumers have a row of their own in `work` for each event.
create table events (
  id uuid primary key,
  type text not null,
  version integer not null default 1,
  project_id uuid,
  subject text not null,
  occurred_at timestamptz not null,
  recorded_at timestamptz not null default now(),
  data jsonb not null default '{}'
);
create index events_by_subject on events (subject, id desc);
create index events_by_project on events (project_id, id desc);

-- Work to do, leased by one worker at a time. Finished work is deleted; `failed` is kept for people to see.
create table work (
  id uuid primary key,
  kind text not null,
  key text not null,
  project_id uuid,
  payload jsonb not null default '{}',
  concurrency_key text,
  state text not null default 'queued' check (state in ('queued', 'leased', 'failed')),
  run_at timestamptz not null default now(),
  -- Counts claims: the fence of every write made for this work.
  attempt integer not null default 0,
  -- Failures in a row: decides the backoff and when to give up.
  failures integer not null default 0,
  -- Set when it is queued again while leased: it then runs once more.
  wake_at timestamptz,
  owner text,
  lease_until timestamptz,
  error text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (kind, key),
  check ((state = 'leased') = (owner is not null and lease_until is not null))
);
create index work_due on work (kind, run_at) where state = 'queued';
create index work_leases on work (lease_until) where state = 'leased';
create index work_queued_by_concurrency on work (concurrency_key, run_at, id) where state = 'queued' and concurrency_key is not null;
create unique index work_one_at_a_time on work (concurrency_key) where state = 'leased' and concurrency_key is not null;

-- Ticks of schedules that were taken: the unique row is what makes a tick happen once across all workers.
create table schedule_ticks (
  schedule text not null,
  tick timestamptz not null,
  taken_at timestamptz not null default now(),
  primary key (schedule, tick)
);

-- Answers of creating calls by their Idempotency-Key, kept for a day.
create table idempotency (
  principal text not null,
  key text not null,
  request_hash text not null,
  status integer,
  answer jsonb,
  created_at timestamptz not null default now(),
  primary key (principal, key)
);
create index idempotency_by_age on idempotency (created_at);

-- Secrets that people declare and refer to by name, sealed with a key that is kept outside the database.
create table secrets (
  id uuid primary key,
  project_id uuid,
  name text not null,
  sealed bytea not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique nulls not distinct (project_id, name)
);
