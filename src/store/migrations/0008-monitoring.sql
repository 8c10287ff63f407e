-- One per deployment.
create table monitors (
  id uuid primary key,
  project_id uuid not null references projects (id),
  deployment_id uuid not null unique,
  line_id uuid,
  drift jsonb,
  performance jsonb,
  channels text[] not null default '{}',
  -- raised by each change: what was computed for an earlier one is not kept
  generation integer not null default 1,
  -- predictions before this time belong to another version or another reference, and to no window
  since timestamptz not null,
  -- the last part of the prediction log that is in a window of each kind
  drift_through bigint not null default 0,
  performance_through bigint not null default 0,
  -- windows up to these open and resolve no alert any more
  drift_settled bigint not null default 0,
  performance_settled bigint not null default 0,
  -- the last label that was announced
  labels_received bigint not null default 0,
  -- why the last evaluation failed
  error text,
  created_at timestamptz not null default now(),
  changed_at timestamptz not null default now()
);
create index monitors_by_project on monitors (project_id);

-- What drift is measured against: bins fixed by the reference, and its counts in them.
create table drift_references (
  monitor_id uuid primary key references monitors (id) on delete cascade,
  version_id uuid not null references dataset_versions (id),
  content jsonb not null,
  created_at timestamptz not null default now()
);

-- A window is named by its first part, so that no window is there twice.
create table drift_windows (
  monitor_id uuid not null references monitors (id) on delete cascade,
  first_sequence bigint not null,
  last_sequence bigint not null,
  project_id uuid not null references projects (id),
  from_time timestamptz not null,
  to_time timestamptz not null,
  "rows" bigint not null,
  reference_version_id uuid not null,
  drifted_share double precision not null,
  threshold double precision not null,
  verdict text not null check (verdict in ('good', 'bad', 'too_few_rows')),
  columns jsonb not null,
  created_at timestamptz not null default now(),
  primary key (monitor_id, first_sequence)
);

create table performance_windows (
  monitor_id uuid not null references monitors (id) on delete cascade,
  first_sequence bigint not null,
  last_sequence bigint not null,
  project_id uuid not null references projects (id),
  from_time timestamptz not null,
  to_time timestamptz not null,
  "rows" bigint not null,
  metric text not null,
  "limit" double precision not null,
  value double precision,
  low double precision,
  high double precision,
  labelled bigint not null default 0,
  -- the last announced label when it was computed; null: not yet
  labels_seen bigint,
  mature boolean not null default false,
  verdict text not null default 'waiting' check (verdict in ('good', 'bad', 'waiting')),
  -- no label can change it any more: all rows have one, or their time is over
  final boolean not null default false,
  updated_at timestamptz not null default now(),
  primary key (monitor_id, first_sequence)
);
create index performance_windows_to_compute on performance_windows (monitor_id, first_sequence) where not final;

create table alerts (
  id uuid primary key,
  project_id uuid not null references projects (id),
  monitor_id uuid not null references monitors (id),
  deployment_id uuid not null,
  line_id uuid,
  kind text not null check (kind in ('drift', 'performance')),
  title text not null,
  evidence jsonb not null,
  -- of the window that opened it
  first_sequence bigint not null,
  opened_at timestamptz not null,
  acknowledged_at timestamptz,
  acknowledged_by text,
  resolved_at timestamptz,
  resolution text
);
create unique index alerts_open on alerts (monitor_id, kind) where resolved_at is null;
create index alerts_by_project on alerts (project_id, id desc);
create index alerts_by_deployment on alerts (deployment_id, id desc);

create table alert_channels (
  id uuid primary key,
  project_id uuid not null references projects (id),
  name text not null,
  kind text not null check (kind in ('webhook')),
  -- of the address, what may be shown: webhook addresses are often secrets themselves
  host text not null,
  -- address and signing secret
  sealed bytea not null,
  created_at timestamptz not null default now(),
  deleted_at timestamptz
);
create unique index alert_channels_by_name on alert_channels (project_id, name) where deleted_at is null;

create table alert_deliveries (
  id uuid primary key,
  project_id uuid not null references projects (id),
  alert_id uuid not null references alerts (id),
  channel_id uuid not null references alert_channels (id),
  event text not null check (event in ('opened', 'resolved')),
  payload jsonb not null,
  state text not null default 'pending' check (state in ('pending', 'delivered', 'failed')),
  attempts integer not null default 0,
  status integer,
  error text,
  created_at timestamptz not null,
  finished_at timestamptz,
  unique (alert_id, channel_id, event)
);
