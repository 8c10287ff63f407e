"""Writes all that MLflow's own client can see of a server as JSON: run on a source and on its copy."""

import hashlib
import json
import os
import sys
import tempfile

import mlflow
from mlflow import MlflowClient
from mlflow.entities import ViewType

client = MlflowClient()
prompts = "tags.`mlflow.prompt.is_prompt` = 'true'"


def everything(search, **arguments):
    found, token = [], None
    while True:
        page = search(page_token=token, **arguments)
        found += page
        token = page.token
        if not token:
            return found


def digest(path: str) -> str:
    with open(path, "rb") as opened:
        return hashlib.sha256(opened.read()).hexdigest()


def tree(directory: str) -> dict:
    return {
        os.path.relpath(os.path.join(root, name), directory): digest(os.path.join(root, name))
        for root, _, names in os.walk(directory)
        for name in names
    }


def artifacts(uri: str) -> dict:
    with tempfile.TemporaryDirectory() as directory:
        try:
            return tree(mlflow.artifacts.download_artifacts(artifact_uri=uri, dst_path=directory))
        except Exception:  # nothing was ever logged
            return {}


def point(metric) -> list:
    return [metric.timestamp, metric.step, repr(metric.value)]


def run_view(run) -> dict:
    info = run.info
    return {
        "info": [info.experiment_id, info.run_name, info.user_id, info.status, info.start_time, info.end_time,
                 info.lifecycle_stage, info.artifact_uri],
        "params": run.data.params,
        "tags": run.data.tags,
        "latest": {key: repr(value) for key, value in run.data.metrics.items()},
        "history": {key: sorted(point(m) for m in client.get_metric_history(info.run_id, key)) for key in run.data.metrics},
        "datasets": sorted(
            json.dumps([one.dataset.to_dictionary(), {t.key: t.value for t in one.tags}], sort_keys=True)
            for one in run.inputs.dataset_inputs
        ),
        "reads": sorted(one.model_id for one in run.inputs.model_inputs),
        "makes": sorted([one.model_id, one.step] for one in run.outputs.model_outputs) if run.outputs else [],
        "artifacts": artifacts(info.artifact_uri) if info.lifecycle_stage == "active" else {},
    }


def model_view(model) -> dict:
    return {
        "attributes": [model.experiment_id, model.name, model.model_type, model.source_run_id, str(model.status),
                       model.creation_timestamp, model.last_updated_timestamp, model.artifact_location],
        "params": model.params,
        "tags": model.tags,
        "metrics": sorted([m.key, *point(m), m.run_id, m.dataset_name, m.dataset_digest] for m in model.metrics or []),
        "artifacts": artifacts(f"models:/{model.model_id}"),
    }


def version_view(version) -> dict:
    return {
        "attributes": [version.creation_timestamp, version.last_updated_timestamp, version.description or "",
                       version.user_id or "", version.current_stage, version.source, version.run_id or "",
                       version.run_link or "", version.status, version.status_message or ""],
        "aliases": sorted(client.get_model_version(version.name, version.version).aliases),
        "tags": version.tags,
        "artifacts": {} if "prompt" in str(version.tags) else artifacts(f"models:/{version.name}/{version.version}"),
    }


experiments = everything(client.search_experiments, view_type=ViewType.ALL)
registered = everything(client.search_registered_models) + everything(client.search_registered_models, filter_string=prompts)
# A search leaves out which models a run read and made.
runs = [
    client.get_run(run.info.run_id)
    for one in experiments
    for run in everything(client.search_runs, experiment_ids=[one.experiment_id], run_view_type=ViewType.ALL)
]
models = [
    model
    for one in experiments
    for model in everything(client.search_logged_models, experiment_ids=[one.experiment_id])
]
json.dump(
    {
        "experiments": {
            one.experiment_id: [one.name, one.artifact_location, one.lifecycle_stage, one.creation_time, one.tags]
            + ([] if one.name == "Default" else [one.last_update_time])
            for one in experiments
        },
        "runs": {run.info.run_id: run_view(run) for run in runs},
        "logged models": {model.model_id: model_view(model) for model in models},
        "models": {
            one.name: [one.creation_timestamp, one.last_updated_timestamp, one.description or "", one.tags,
                       dict(sorted(one.aliases.items())), sorted([v.current_stage, v.version] for v in one.latest_versions)]
            for one in registered
        },
        "versions": {
            f"{one.name}/{version.version}": version_view(version)
            for one in registered
            for version in everything(
                client.search_model_versions,
                filter_string=f"name = '{one.name}'" + (f" AND {prompts}" if "mlflow.prompt.is_prompt" in one.tags else ""),
            )
        },
    },
    sys.stdout,
    sort_keys=True,
)
