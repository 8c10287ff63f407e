create table projects (
  id uuid primary key,
  name text not null unique,
  description text not null default '',
  created_at timestamptz not null default now()
);

create table users (
  id uuid primary key,
  name text not null unique,
  platform_role text check (platform_role = 'admin'),
  disabled_at timestamptz,
  created_at timestamptz not null default now(),
  last_seen_at timestamptz
);

create table members (
  project_id uuid not null references projects (id) on delete cascade,
  user_id uuid not null references users (id),
  role text not null check (role in ('viewer', 'contributor', 'reviewer', 'operator', 'admin')),
  created_at timestamptz not null default now(),
  primary key (project_id, user_id)
);
create index members_by_user on members (user_id);

-- Of people (user_id) and of jobs (job_id): the secret itself is nowhere, expiry is mandatory.
create table tokens (
  id text primary key,
  hash text not null,
  name text not null,
  user_id uuid references users (id),
  job_id text,
  run_id text,
  project_id uuid references projects (id) on delete cascade,
  role text check (role in ('viewer', 'contributor', 'reviewer', 'operator', 'admin')),
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  last_used_at timestamptz,
  revoked_at timestamptz,
  check ((user_id is null) <> (job_id is null)),
  check (job_id is null or project_id is not null)
);
create index tokens_by_user on tokens (user_id, created_at desc) where user_id is not null;
create index tokens_by_project on tokens (project_id, created_at desc) where project_id is not null;
create index tokens_by_expiry on tokens (expires_at);

create table sessions (
  hash text primary key,
  user_id uuid not null references users (id),
  created_at timestamptz not null default now(),
  -- the id in the cookie is replaced from time to time; the old one works on for a moment
  replaced_at timestamptz,
  expires_at timestamptz not null
);
create index sessions_by_user on sessions (user_id);
create index sessions_by_expiry on sessions (expires_at);

create table login_codes (
  hash text primary key,
  user_id uuid not null references users (id),
  created_at timestamptz not null default now(),
  expires_at timestamptz not null
);
create index login_codes_by_expiry on login_codes (expires_at);
