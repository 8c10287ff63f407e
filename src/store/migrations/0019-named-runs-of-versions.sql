-- A client may say that a version comes from a run that is not here.
alter table model_versions add column named_run text;
