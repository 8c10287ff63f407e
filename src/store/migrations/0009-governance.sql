create table approvals (
  id uuid primary key,
  project_id uuid not null references projects (id),
  model_version_id uuid not null,
  -- what was approved, byte for byte: an approval of other bytes does not count
  digest text not null,
  user_id text not null,
  user_name text not null,
  role text not null,
  decision text not null check (decision in ('approve', 'refuse')),
  comment text,
  decided_at timestamptz not null default now(),
  unique (model_version_id, user_id)
);
