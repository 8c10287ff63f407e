-- What a registered version is in use for, in words: of the versions given, one row a use.
create function model_version_uses(versions uuid[]) returns table (model_version_id uuid, used_by text)
language sql stable as $$
  select r.model_version_id, 'deployment ' || d.name
  from revisions r join deployments d on d.id = r.deployment_id
  where r.model_version_id = any(versions) and d.deleted_at is null
    and (r.weight > 0 or exists (
      select from rollouts o
      where o.deployment_id = r.deployment_id and o.revision = r.number and o.finished_at is null))
  union
  select l.champion_version_id, 'line ' || l.name || ' as its champion'
  from lines l where l.champion_version_id = any(versions)
  union
  select c.model_version_id, 'line ' || l.name || ' as its candidate'
  from line_cycles c join lines l on l.id = c.line_id
  where c.model_version_id = any(versions)
    and c.state in ('running', 'gating', 'awaiting_approval', 'rolling_out')
$$;
