-- What people say about runs, models and reports, how they like to look at them, and what became of aliases and stages.

create table saved_views (
  id uuid primary key,
  project_id uuid not null references projects (id) on delete cascade,
  user_id uuid not null references users (id) on delete cascade,
  page text not null,
  name text not null,
  state jsonb not null,
  shared boolean not null default false,
  updated_at timestamptz not null default now(),
  unique (project_id, user_id, page, name)
);

create table comments (
  id uuid primary key,
  project_id uuid not null references projects (id) on delete cascade,
  subject_type text not null check (subject_type in ('run', 'model', 'model_version', 'report')),
  subject_id text not null,
  -- who wrote it, also when the account is gone
  author_id text not null,
  author text not null,
  body text not null,
  created_at timestamptz not null default now(),
  edited_at timestamptz
);
create index comments_by_subject on comments (project_id, subject_type, subject_id, id);

create table mentions (
  comment_id uuid not null references comments (id) on delete cascade,
  user_id uuid not null references users (id) on delete cascade,
  project_id uuid not null references projects (id) on delete cascade,
  read_at timestamptz,
  primary key (comment_id, user_id)
);
create index mentions_by_user on mentions (user_id, project_id, comment_id desc);

create table reports (
  id uuid primary key,
  project_id uuid not null references projects (id) on delete cascade,
  title text not null,
  version integer not null default 1,
  created_by text not null,
  created_at timestamptz not null default now(),
  updated_by text not null,
  updated_at timestamptz not null default now()
);
create index reports_by_project on reports (project_id, updated_at desc, id desc);

create table report_versions (
  report_id uuid not null references reports (id) on delete cascade,
  version integer not null,
  title text not null,
  blocks jsonb not null,
  created_by text not null,
  created_at timestamptz not null default now(),
  primary key (report_id, version)
);

-- Each move of an alias (name: the alias; before, after: version numbers) and of a stage (name: the version number).
create table model_history (
  id uuid primary key,
  project_id uuid not null references projects (id) on delete cascade,
  model_id uuid not null references registered_models (id) on delete cascade,
  kind text not null check (kind in ('alias', 'stage')),
  name text not null,
  before text,
  after text,
  -- whether it was asked for as a return to what was before
  rollback boolean not null default false,
  created_at timestamptz not null default now(),
  created_by text not null
);
create index model_history_by_model on model_history (model_id, id desc);
create index model_history_by_alias on model_history (model_id, name, id desc) where kind = 'alias';
