-- `Mine` and `mine` would be the same queue to who reads them.
alter table review_queues drop constraint review_queues_experiment_id_name_key;
create unique index review_queues_by_name on review_queues (experiment_id, lower(name));
