create table datasets (
  id uuid primary key,
  project_id uuid not null references projects (id),
  name text not null,
  description text not null default '',
  -- assigned under this row's lock, so that versions have no gaps and appends follow one another
  last_version integer not null default 0,
  created_at timestamptz not null default now(),
  unique (project_id, name)
);

-- A version is a list of content-addressed Parquet parts; rows of it never change.
create table dataset_versions (
  id uuid primary key,
  dataset_id uuid not null references datasets (id),
  project_id uuid not null references projects (id),
  version integer not null,
  -- of the manifest: the same content has the same digest in every version
  digest text not null,
  mode text not null check (mode in ('append', 'replace')),
  "schema" jsonb not null,
  "rows" bigint not null,
  bytes bigint not null,
  profile jsonb not null,
  source jsonb not null,
  source_key text,
  created_at timestamptz not null default now(),
  unique (dataset_id, version)
);
create unique index dataset_versions_by_key on dataset_versions (dataset_id, source_key) where source_key is not null;
create index dataset_versions_by_project on dataset_versions (project_id, created_at desc);

create table dataset_parts (
  version_id uuid not null references dataset_versions (id),
  ordinal integer not null,
  project_id uuid not null references projects (id),
  digest text not null,
  "rows" bigint not null,
  bytes bigint not null,
  primary key (version_id, ordinal)
);
create index dataset_parts_by_digest on dataset_parts (digest);

create table check_reports (
  id uuid primary key,
  version_id uuid not null references dataset_versions (id),
  project_id uuid not null references projects (id),
  checks jsonb not null,
  passed boolean not null,
  results jsonb not null,
  created_by text not null,
  created_at timestamptz not null default now()
);
create index check_reports_by_version on check_reports (version_id, id desc);
