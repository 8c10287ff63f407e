-- Uploads under way: in parts, or of a whole file that a client writes to the object store itself.
create table artifact_uploads (
  id uuid primary key,
  project_id uuid not null references projects (id) on delete cascade,
  path text collate "C" not null,
  kind text not null check (kind in ('parts', 'whole')),
  parts integer not null default 1,
  -- how the blob store knows it; never told to clients
  handle text not null,
  state text not null default 'open' check (state in ('open', 'completed', 'aborted')),
  digest text,
  size bigint,
  created_by text not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null
);
create index artifact_uploads_arriving on artifact_uploads (project_id, path) where state = 'open' and kind = 'whole';
create index artifact_uploads_by_age on artifact_uploads (expires_at);

-- What may not be deleted, whoever asks, until it is released.
create table holds (
  id uuid primary key,
  project_id uuid not null references projects (id) on delete cascade,
  subject_type text not null check (subject_type in ('experiment', 'run', 'model_version')),
  subject_id text not null,
  -- for people: what the subject was called
  subject_name text not null,
  reason text not null,
  placed_by text not null,
  placed_at timestamptz not null default now(),
  released_by text,
  released_at timestamptz,
  release_reason text
);
create unique index holds_in_force on holds (subject_type, subject_id) where released_at is null;
create index holds_by_project on holds (project_id, id desc);

-- How long a project keeps what it need not; null is for ever.
create table retention_rules (
  project_id uuid primary key references projects (id) on delete cascade,
  deleted_days integer check (deleted_days >= 0),
  artifacts_days integer check (artifacts_days >= 1),
  traces_days integer check (traces_days >= 1),
  changed_by text not null,
  changed_at timestamptz not null default now()
);

-- Blobs that nothing referred to when they were last looked at: freed when that is still so after the grace period.
create table blobs_condemned (
  digest text primary key,
  size bigint not null,
  since timestamptz not null
);

create table sweeps (
  id uuid primary key,
  dry_run boolean not null,
  state text not null default 'running' check (state in ('running', 'done', 'failed')),
  blobs bigint not null default 0,
  bytes bigint not null default 0,
  condemned_blobs bigint not null default 0,
  condemned_bytes bigint not null default 0,
  freed_blobs bigint not null default 0,
  freed_bytes bigint not null default 0,
  missing jsonb not null default '[]',
  error text,
  by text not null,
  started_at timestamptz not null default now(),
  ended_at timestamptz
);

-- Of one sweep, and of no use after it.
create table sweep_blobs (
  sweep_id uuid not null,
  digest text not null,
  size bigint not null,
  written_at timestamptz not null,
  primary key (sweep_id, digest)
);
create table sweep_marks (
  sweep_id uuid not null,
  digest text not null,
  primary key (sweep_id, digest)
);
