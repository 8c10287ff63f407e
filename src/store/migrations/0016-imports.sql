-- What was copied from other tracking servers, so that an import can go on where it was interrupted.

create table imports (
  id uuid primary key,
  project_id uuid not null references projects (id) on delete cascade,
  -- What is copied, without credentials.
  source text not null,
  created_at timestamptz not null default now(),
  created_by text not null,
  updated_at timestamptz not null default now(),
  unique (project_id, source)
);

create table import_items (
  import_id uuid not null references imports (id) on delete cascade,
  kind text collate "C" not null check (kind in ('experiment', 'run', 'logged_model', 'version')),
  source_id text collate "C" not null,
  target_id text not null,
  -- Of what the source said of it when it was copied with all that belongs to it.
  digest text not null,
  primary key (import_id, kind, source_id)
);
