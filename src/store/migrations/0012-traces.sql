-- Traces of applications: what was called, with what, for how long, and what people, judges and code say of it.
-- A trace's id is its maker's, so it is known only within a project. Times are milliseconds since 1970 unless named `_ns`.

create table traces (
  project_id uuid not null references projects (id) on delete cascade,
  id text collate "C" not null,
  experiment_id bigint not null references experiments (id),
  -- What the maker called it; `root_name` is the name of its root span.
  name text,
  root_name text,
  state text not null check (state in ('unspecified', 'ok', 'error', 'in_progress')),
  start_ms bigint not null,
  duration_ms bigint,
  client_request_id text,
  request_preview text,
  response_preview text,
  session text,
  -- Token counts and cost as the client's keys; counted once where a parent repeats its children's.
  usage jsonb,
  cost jsonb,
  -- Of how many spans usage and cost were counted: a count of fewer must not replace one of more.
  counted integer not null default 0,
  -- The client itself has said when the trace began and how it ended: spans no longer decide it.
  final boolean not null default false,
  tags jsonb not null default '{}',
  metadata jsonb not null default '{}',
  primary key (project_id, id)
);
create index traces_by_experiment on traces (experiment_id, start_ms desc, id);
create index traces_by_project on traces (project_id, start_ms desc, id);
create index traces_by_session on traces (project_id, session, start_ms) where session is not null;
create index traces_by_run on traces (project_id, (metadata ->> 'mlflow.sourceRun')) where metadata ? 'mlflow.sourceRun';

-- Telemetry, without a foreign key: its check on each row would cost more than the row. Deleted with their trace.
create table spans (
  project_id uuid not null,
  trace_id text collate "C" not null,
  id text collate "C" not null,
  parent_id text,
  name text not null,
  type text not null,
  status text not null check (status in ('unset', 'ok', 'error')),
  start_ns bigint not null,
  end_ns bigint,
  model text,
  provider text,
  usage jsonb,
  cost jsonb,
  -- JSON as text, so that the order of keys and the difference between 1 and 1.0 outlast it:
  -- attributes, events, links, and the message of the status.
  content text not null,
  primary key (project_id, trace_id, id)
);
create index spans_by_start on spans (project_id, trace_id, start_ns, id);

-- What is learnt of traces, in pieces and in any order: a row written here is merged into its trace.
create view trace_arrivals as
  select project_id, id, experiment_id, name, root_name, state, start_ms, duration_ms, client_request_id,
    request_preview, response_preview, session, usage, cost, counted, final, tags, metadata
  from traces;

create function merge_trace() returns trigger language plpgsql as $$
begin
  insert into traces as t (project_id, id, experiment_id, name, root_name, state, start_ms, duration_ms,
    client_request_id, request_preview, response_preview, session, usage, cost, counted, final, tags, metadata)
  values (new.project_id, new.id, new.experiment_id, new.name, new.root_name, new.state, new.start_ms, new.duration_ms,
    new.client_request_id, new.request_preview, new.response_preview, new.session, new.usage, new.cost,
    coalesce(new.counted, 0), coalesce(new.final, false), coalesce(new.tags, '{}'), coalesce(new.metadata, '{}'))
  on conflict (project_id, id) do update set
    experiment_id = case when excluded.final then excluded.experiment_id else t.experiment_id end,
    name = case when excluded.final or t.name is null then coalesce(excluded.name, t.name) else t.name end,
    root_name = coalesce(excluded.root_name, t.root_name),
    state = case when excluded.final then excluded.state
      when t.state in ('unspecified', 'in_progress') then excluded.state else t.state end,
    start_ms = case when excluded.final then excluded.start_ms when t.final then t.start_ms
      else least(t.start_ms, excluded.start_ms) end,
    duration_ms = case when excluded.final then excluded.duration_ms when t.final then t.duration_ms
      else greatest(t.start_ms + t.duration_ms, excluded.start_ms + excluded.duration_ms)
        - least(t.start_ms, excluded.start_ms) end,
    client_request_id = coalesce(excluded.client_request_id, t.client_request_id),
    request_preview = case when excluded.final then coalesce(excluded.request_preview, t.request_preview)
      else coalesce(t.request_preview, excluded.request_preview) end,
    response_preview = case when excluded.final then coalesce(excluded.response_preview, t.response_preview)
      else coalesce(t.response_preview, excluded.response_preview) end,
    session = case when excluded.final then coalesce(excluded.session, t.session)
      else coalesce(t.session, excluded.session) end,
    usage = case when excluded.usage is null or excluded.counted < t.counted then t.usage else excluded.usage end,
    cost = case when excluded.cost is null or excluded.counted < t.counted then t.cost else excluded.cost end,
    counted = greatest(t.counted, excluded.counted),
    final = t.final or excluded.final,
    tags = t.tags || excluded.tags,
    metadata = case when excluded.final then t.metadata || excluded.metadata else excluded.metadata || t.metadata end;
  return new;
end
$$;
create trigger trace_arrivals_merge instead of insert on trace_arrivals
  for each row execute function merge_trace();

create table trace_links (
  project_id uuid not null,
  trace_id text collate "C" not null,
  -- A run's 32 hex digits, or a prompt as `name/version`.
  kind text not null check (kind in ('run', 'prompt')),
  target text not null,
  primary key (project_id, trace_id, kind, target),
  foreign key (project_id, trace_id) references traces (project_id, id) on delete cascade
);
create index trace_links_by_target on trace_links (project_id, kind, target);

create table assessments (
  project_id uuid not null,
  trace_id text collate "C" not null,
  id text not null,
  kind text not null check (kind in ('feedback', 'expectation', 'issue')),
  name text not null,
  -- JSON as text; null for an issue.
  value text,
  error jsonb,
  rationale text,
  source_type text not null,
  source_id text not null,
  span_id text,
  run_id text,
  overrides text,
  valid boolean not null default true,
  metadata jsonb not null default '{}',
  created_ms bigint not null,
  updated_ms bigint not null,
  primary key (project_id, trace_id, id),
  foreign key (project_id, trace_id) references traces (project_id, id) on delete cascade
);
create index assessments_by_name on assessments (project_id, name);
create index assessments_by_run on assessments (project_id, run_id) where run_id is not null;

-- Questions with their right answers, that applications are evaluated with.
create table evaluation_datasets (
  id text primary key,
  project_id uuid not null references projects (id) on delete cascade,
  name text not null,
  digest text not null,
  -- The type of each field that a record had, as JSON text.
  schema text,
  tags jsonb not null default '{}',
  created_by text,
  updated_by text,
  created_ms bigint not null,
  updated_ms bigint not null
);
create index evaluation_datasets_by_project on evaluation_datasets (project_id, updated_ms desc, id);
create table evaluation_dataset_experiments (
  dataset_id text not null references evaluation_datasets (id) on delete cascade,
  experiment_id bigint not null references experiments (id) on delete cascade,
  primary key (dataset_id, experiment_id)
);
create table evaluation_records (
  dataset_id text not null references evaluation_datasets (id) on delete cascade,
  id text not null,
  -- Of the inputs: the same inputs again change the record.
  input_hash text not null,
  -- JSON as text.
  inputs text not null,
  outputs text,
  expectations text,
  source text,
  tags jsonb not null default '{}',
  created_by text,
  updated_by text,
  created_ms bigint not null,
  updated_ms bigint not null,
  primary key (dataset_id, id),
  unique (dataset_id, input_hash)
);
create index evaluation_records_by_age on evaluation_records (dataset_id, created_ms, id);

-- What scores traces, as its client serialized it; never executed here.
create table scorers (
  id uuid primary key,
  project_id uuid not null references projects (id) on delete cascade,
  experiment_id bigint not null references experiments (id) on delete cascade,
  name text not null,
  unique (experiment_id, name)
);
create table scorer_versions (
  scorer_id uuid not null references scorers (id) on delete cascade,
  version integer not null,
  serialized text not null,
  created_ms bigint not null,
  primary key (scorer_id, version)
);
-- Whether and on which share of new traces a scorer runs.
create table scorer_schedules (
  id uuid primary key,
  scorer_id uuid not null unique references scorers (id) on delete cascade,
  experiment_id bigint not null references experiments (id) on delete cascade,
  sample_rate double precision not null,
  filter text
);

-- Problems that traces share.
create table trace_issues (
  id text primary key,
  project_id uuid not null references projects (id) on delete cascade,
  experiment_id bigint not null references experiments (id) on delete cascade,
  name text not null,
  description text not null,
  status text not null,
  severity text,
  root_causes jsonb not null default '{"list": []}',
  categories jsonb not null default '{"list": []}',
  source_run_id text,
  created_by text,
  created_ms bigint not null,
  updated_ms bigint not null
);
create index trace_issues_by_experiment on trace_issues (experiment_id, created_ms desc);

-- What reviewers are asked, and the traces that wait for them.
create table label_schemas (
  id text primary key,
  project_id uuid not null references projects (id) on delete cascade,
  experiment_id bigint not null references experiments (id) on delete cascade,
  name text not null,
  kind text not null check (kind in ('feedback', 'expectation')),
  instruction text,
  enable_comment boolean not null default false,
  input jsonb not null,
  standard boolean not null default false,
  created_by text,
  created_ms bigint not null,
  updated_ms bigint not null,
  unique (experiment_id, name)
);
create table review_queues (
  id text primary key,
  project_id uuid not null references projects (id) on delete cascade,
  experiment_id bigint not null references experiments (id) on delete cascade,
  name text not null,
  kind text not null check (kind in ('user', 'custom')),
  users text[] not null default '{}',
  schema_ids text[] not null default '{}',
  created_by text,
  created_ms bigint not null,
  updated_ms bigint not null,
  unique (experiment_id, name)
);
create table review_items (
  queue_id text not null references review_queues (id) on delete cascade,
  trace_id text collate "C" not null,
  status text not null default 'pending' check (status in ('pending', 'complete', 'declined')),
  completed_by text,
  completed_ms bigint,
  created_ms bigint not null,
  updated_ms bigint not null,
  primary key (queue_id, trace_id)
);
create index review_items_by_trace on review_items (trace_id);
