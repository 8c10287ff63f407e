-- A client may also join a run to models that are not here, as MLflow lets it.
alter table run_models drop constraint run_models_model_id_fkey;

-- A client may say that a logged model comes from a run that is not here.
alter table logged_models add column named_run text;
