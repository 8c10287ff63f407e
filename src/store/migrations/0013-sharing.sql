-- People may log in by a password; only what scrypt makes of it is kept. `number` is what MLflow's clients know them by.
alter table users
  add column password text,
  add column number integer generated always as identity unique;

-- Workspaces of MLflow's clients are projects.
alter table projects
  add column artifact_root text,
  add column deleted_at timestamptz;

-- A named set of grants in a project; `personal_of` for the one that holds what a person was granted directly.
create table grant_roles (
  id integer primary key generated always as identity,
  -- the name of the project: roles may be made before it
  project text not null,
  name text not null,
  description text,
  personal_of uuid references users (id) on delete cascade,
  created_at timestamptz not null default now(),
  unique (project, name)
);
create unique index grant_roles_personal on grant_roles (project, personal_of) where personal_of is not null;

create table grants (
  id integer primary key generated always as identity,
  role_id integer not null references grant_roles (id) on delete cascade,
  resource_type text not null,
  -- an id (of models and prompts the name), or * for all of the type
  resource text not null,
  permission text not null check (permission in ('READ', 'USE', 'EDIT', 'MANAGE', 'DENY', 'NO_PERMISSIONS')),
  unique (role_id, resource_type, resource)
);

create table grant_role_members (
  id integer primary key generated always as identity,
  role_id integer not null references grant_roles (id) on delete cascade,
  user_id uuid not null references users (id) on delete cascade,
  unique (role_id, user_id)
);
create index grant_role_members_by_user on grant_role_members (user_id);

create table webhooks (
  id uuid primary key,
  project_id uuid not null references projects (id),
  name text not null,
  description text,
  -- in the order in which they were given, for example model_version.created
  events text[] not null,
  status text not null default 'ACTIVE' check (status in ('ACTIVE', 'DISABLED')),
  -- of the address, what may be shown: webhook addresses are often secrets themselves
  host text not null,
  -- address and signing secret
  sealed bytea not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  deleted_at timestamptz
);
create index webhooks_by_project on webhooks (project_id, created_at desc) where deleted_at is null;

create table webhook_deliveries (
  id uuid primary key,
  project_id uuid not null references projects (id),
  webhook_id uuid not null references webhooks (id) on delete cascade,
  -- what caused it; none for a test
  event_id uuid,
  event text not null,
  -- the body, to the byte: it is signed, and every attempt sends the same
  body text not null,
  state text not null default 'pending' check (state in ('pending', 'delivered', 'failed')),
  attempts integer not null default 0,
  status integer,
  error text,
  created_at timestamptz not null,
  finished_at timestamptz,
  unique (webhook_id, event_id)
);
create index webhook_deliveries_by_project on webhook_deliveries (project_id, id desc);
create index webhook_deliveries_by_webhook on webhook_deliveries (webhook_id, id desc);
create index webhook_deliveries_by_age on webhook_deliveries (created_at);
