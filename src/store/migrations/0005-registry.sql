-- Registered models, their versions, and how well these did.

create table registered_models (
  id uuid primary key,
  project_id uuid not null references projects (id) on delete cascade,
  name text not null,
  description text not null default '',
  tags jsonb not null default '{}',
  -- The highest number given so far: numbers are never given twice.
  last_version integer not null default 0,
  created_ms bigint not null,
  updated_ms bigint not null,
  created_by text not null,
  unique (project_id, name)
);

create table model_versions (
  id uuid primary key,
  project_id uuid not null references projects (id) on delete cascade,
  model_id uuid not null references registered_models (id) on delete cascade,
  version integer not null,
  stage text not null default 'None' check (stage in ('None', 'Staging', 'Production', 'Archived')),
  description text not null default '',
  tags jsonb not null default '{}',
  -- Where the client said that it came from: text that is never opened.
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
  unique (model_id, version)
);
create index model_versions_by_run on model_versions (run_id) where run_id is not null;
create index model_versions_by_project on model_versions (project_id, updated_ms desc);

create table model_version_files (
  model_version_id uuid not null references model_versions (id) on delete cascade,
  path text collate "C" not null,
  digest text not null,
  size bigint not null,
  primary key (model_version_id, path)
);
create index model_version_files_by_digest on model_version_files (digest);

create table model_aliases (
  model_id uuid not null references registered_models (id) on delete cascade,
  alias text not null,
  model_version_id uuid not null references model_versions (id) on delete cascade,
  primary key (model_id, alias)
);
create index model_aliases_by_version on model_aliases (model_version_id);

create table model_evaluations (
  id uuid primary key,
  project_id uuid not null references projects (id) on delete cascade,
  model_version_id uuid not null references model_versions (id) on delete cascade,
  source text not null check (source in ('platform', 'client')),
  dataset_version_id uuid,
  dataset text,
  metrics jsonb not null,
  slices jsonb not null default '[]',
  created_at timestamptz not null default now(),
  created_by text not null
);
create index model_evaluations_by_version on model_evaluations (model_version_id, id desc);
