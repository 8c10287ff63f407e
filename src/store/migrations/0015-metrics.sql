-- Metric points as they arrive in chunks, and compacted in files; what searches over a million runs need.

-- The points that one call logged of one metric: appended, never read before, one row however many there are. A call that
-- is repeated makes the same chunk again, which is dropped. Divided by run and not by time of arrival, since a repeated
-- call must meet its first one whenever it comes, and since all that is read or deleted is of one run.
-- Points that are linked to a model or a dataset are rows of metric_points instead.
create table metric_chunks (
  run_id uuid not null,
  key text not null,
  -- The least time of its points: chunks are read in this order.
  first_ms bigint not null,
  -- Of the bytes of `points`: tells chunks apart.
  mark bigint not null,
  -- 24 bytes each, by time, step, value: int64 time, int64 step, float64 value, big-endian.
  points bytea storage plain not null,
  primary key (run_id, key, first_ms, mark)
) partition by hash (run_id);
create table metric_chunks_0 partition of metric_chunks for values with (modulus 8, remainder 0);
create table metric_chunks_1 partition of metric_chunks for values with (modulus 8, remainder 1);
create table metric_chunks_2 partition of metric_chunks for values with (modulus 8, remainder 2);
create table metric_chunks_3 partition of metric_chunks for values with (modulus 8, remainder 3);
create table metric_chunks_4 partition of metric_chunks for values with (modulus 8, remainder 4);
create table metric_chunks_5 partition of metric_chunks for values with (modulus 8, remainder 5);
create table metric_chunks_6 partition of metric_chunks for values with (modulus 8, remainder 6);
create table metric_chunks_7 partition of metric_chunks for values with (modulus 8, remainder 7);

-- A Parquet file of points of one run, in the blob store.
create table metric_files (
  id uuid primary key,
  run_id uuid not null references runs (id) on delete cascade,
  digest text not null,
  size bigint not null,
  points bigint not null,
  created_at timestamptz not null default now()
);
create index metric_files_by_run on metric_files (run_id);
create index metric_files_by_digest on metric_files (digest);

-- The points of one metric in one file.
create table metric_segments (
  run_id uuid not null,
  key text not null,
  file_id uuid not null references metric_files (id) on delete cascade,
  points bigint not null,
  -- Where in the file its directory stands: the places of its row groups and summaries of its blocks.
  directory_start bigint not null,
  directory_length integer not null,
  primary key (run_id, key, file_id)
);

-- Without a foreign key points would outlive their run.
create function delete_run_points() returns trigger language plpgsql as $$
begin
  delete from metric_points where run_id in (select id from gone);
  delete from metric_chunks where run_id in (select id from gone);
  delete from metric_segments where run_id in (select id from gone);
  delete from metric_summaries where run_id in (select id from gone);
  return null;
end
$$;
create trigger runs_delete_points after delete on runs
  referencing old table as gone for each statement execute function delete_run_points();

-- The experiment stands beside what is searched by, so that one index holds a search's scope, key and value.
alter table metric_summaries add column experiment_id bigint;
update metric_summaries s set experiment_id = r.experiment_id from runs r where r.id = s.run_id;
delete from metric_summaries where experiment_id is null;
alter table metric_summaries alter column experiment_id set not null, alter column experiment_id set default -1;
-- Whether `count` counts no point twice. Calls that log again what is there already may leave it too great.
alter table metric_summaries add column exact boolean not null default true;
-- The least step, least time and greatest time of all points.
alter table metric_summaries add column first_step bigint not null default 0;
alter table metric_summaries add column first_ms bigint not null default 0;
alter table metric_summaries add column last_ms bigint not null default 0;
update metric_summaries s set first_step = p.first_step, first_ms = p.first_ms, last_ms = p.last_ms
from (select run_id, key, min(step) as first_step, min(time_ms) as first_ms, max(time_ms) as last_ms
  from metric_points group by run_id, key) p where p.run_id = s.run_id and p.key = s.key;
create or replace function summarize_metric_points() returns trigger language plpgsql as $$
begin
  insert into metric_summaries as s
    (run_id, key, step, time_ms, value, min, max, count, first_step, first_ms, last_ms)
  select distinct on (run_id, key) run_id, key, step, time_ms, value,
    min(nullif(value, 'NaN')) over k, max(nullif(value, 'NaN')) over k, count(*) over k,
    min(step) over k, min(time_ms) over k, max(time_ms) over k
  from added
  window k as (partition by run_id, key)
  order by run_id, key, step desc, time_ms desc, value desc
  on conflict (run_id, key) do update set
    step = case when (excluded.step, excluded.time_ms, excluded.value) > (s.step, s.time_ms, s.value)
      then excluded.step else s.step end,
    time_ms = case when (excluded.step, excluded.time_ms, excluded.value) > (s.step, s.time_ms, s.value)
      then excluded.time_ms else s.time_ms end,
    value = case when (excluded.step, excluded.time_ms, excluded.value) > (s.step, s.time_ms, s.value)
      then excluded.value else s.value end,
    min = least(s.min, excluded.min),
    max = greatest(s.max, excluded.max),
    count = s.count + excluded.count,
    first_step = least(s.first_step, excluded.first_step),
    first_ms = least(s.first_ms, excluded.first_ms),
    last_ms = greatest(s.last_ms, excluded.last_ms);
  return null;
end
$$;

drop index metric_summaries_by_value;
create index metric_summaries_by_value on metric_summaries (experiment_id, key, value, run_id);

alter table run_params add column experiment_id bigint;
update run_params p set experiment_id = r.experiment_id from runs r where r.id = p.run_id;
alter table run_params alter column experiment_id set not null, alter column experiment_id set default -1;
drop index run_params_by_value;
create index run_params_by_value on run_params (experiment_id, key, left(value, 128));

alter table run_tags add column experiment_id bigint;
update run_tags t set experiment_id = r.experiment_id from runs r where r.id = t.run_id;
alter table run_tags alter column experiment_id set not null, alter column experiment_id set default -1;
drop index run_tags_by_value;
create index run_tags_by_value on run_tags (experiment_id, key, left(value, 128));

-- Children of runs, which may be of other experiments.
create index run_tags_by_parent on run_tags (left(value, 128)) where key = 'mlflow.parentRunId';

create index runs_by_name on runs (experiment_id, name);

-- For writers that do not know the run's experiment, and leave it at -1.
create function fill_experiment() returns trigger language plpgsql as $$
begin
  select experiment_id into new.experiment_id from runs where id = new.run_id;
  return new;
end
$$;
create trigger run_params_experiment before insert on run_params
  for each row when (new.experiment_id = -1) execute function fill_experiment();
create trigger run_tags_experiment before insert on run_tags
  for each row when (new.experiment_id = -1) execute function fill_experiment();
create trigger metric_summaries_experiment before insert on metric_summaries
  for each row when (new.experiment_id = -1) execute function fill_experiment();

-- How often a key has a value decides the plan of a search that no index answers alone.
create statistics run_params_values (mcv) on experiment_id, key, left(value, 128) from run_params;
create statistics run_tags_values (mcv) on experiment_id, key, left(value, 128) from run_tags;
create statistics metric_summaries_keys (mcv) on experiment_id, key from metric_summaries;
