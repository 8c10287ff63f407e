"""Fills an MLflow server with everything that is copied; the environment names the server."""

import os
import tempfile
import time

import mlflow
from mlflow import MlflowClient
from mlflow.entities import (
    Dataset,
    DatasetInput,
    InputTag,
    LoggedModelInput,
    LoggedModelOutput,
    LoggedModelParameter,
    LoggedModelStatus,
    LoggedModelTag,
    Metric,
    Param,
    RunTag,
)

client = MlflowClient()
more = int(os.environ.get("FILL_RUNS", "40"))


def file(directory: str, name: str, content: bytes) -> str:
    path = os.path.join(directory, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as opened:
        opened.write(content)
    return path


gone = client.create_experiment("gone", tags={"why": "deleted"})
gap = client.create_experiment("gap")
vision = client.create_experiment("vision ✓", tags={"team": "vision", "mlflow.note.content": "# Title\n`code`"})
odd = client.create_experiment("odd location", artifact_location="mlflow-artifacts:/somewhere/else")
default_run = client.create_run("0", run_name="in default")
client.log_metric(default_run.info.run_id, "m", 1.5)
client.set_terminated(default_run.info.run_id)
client.set_experiment_tag("0", "kept", "yes")

# A run with all that a run has.
rich = client.create_run(vision, start_time=1_600_000_000_123, run_name="rich ☃", tags={"a": "b", "empty": ""})
run_id = rich.info.run_id
points = [Metric("loss", 1 / (i + 1), 1_600_000_000_000 + i, i) for i in range(2500)]
for at in range(0, len(points), 1000):
    client.log_batch(run_id, metrics=points[at : at + 1000])
client.log_batch(
    run_id,
    metrics=[
        Metric("nan", float("nan"), 5, 0),
        Metric("nan", 1.0, 6, -3),
        Metric("inf", float("inf"), 7, 1),
        Metric("inf", float("-inf"), 8, 2),
        Metric("same step", 1.0, 10, 1),
        Metric("same step", 2.0, 10, 1),
        Metric("same step", 2.0, 11, 1),
        Metric("deep/er/key", 1e-300, 2**41, 2**40),
    ],
    params=[Param("lr", "0.1"), Param("text", "ü" * 5000), Param("nested/key", "1")],
    tags=[RunTag("long", "x" * 4000), RunTag("mlflow.source.name", "train.py")],
)
client.log_inputs(
    run_id,
    datasets=[
        DatasetInput(
            Dataset("rows", "d1", "local", '{"uri": "/tmp/rows.csv"}', '{"columns": []}', '{"rows": 3}'),
            [InputTag("mlflow.data.context", "training")],
        ),
        DatasetInput(Dataset("bare", "d2", "code", "{}"), []),
    ],
)
with tempfile.TemporaryDirectory() as directory:
    client.log_artifact(run_id, file(directory, "at root.txt", b"root"))
    client.log_artifact(run_id, file(directory, "empty.bin", b""), "deep/er")
    client.log_artifact(run_id, file(directory, "big.bin", os.urandom(300_000)), "deep")
    client.log_artifact(run_id, file(directory, "ünï ☃ 100%.txt", b"odd name"), "deep/er")
client.set_terminated(run_id, "FAILED", end_time=1_600_000_099_999)

# Logged models, with metrics of their own for datasets.
model = client.create_logged_model(
    vision, name="net", source_run_id=run_id, tags={"t": "1"}, params={"depth": "3"}, model_type="toy"
)
with tempfile.TemporaryDirectory() as directory:
    file(directory, "MLmodel", b"flavors: {}\n")
    file(directory, "data/weights.bin", os.urandom(1000))
    client.log_model_artifacts(model.model_id, directory)
client.finalize_logged_model(model.model_id, LoggedModelStatus.READY)
pending = client.create_logged_model(vision, name="pending", source_run_id=run_id)
user = client.create_run(vision, run_name="uses a model")
client.log_inputs(user.info.run_id, models=[LoggedModelInput(model.model_id)])
client.log_metric(user.info.run_id, "acc", 0.75, step=3, model_id=model.model_id, dataset_name="rows", dataset_digest="d1")
client.log_metric(user.info.run_id, "acc", 0.5, step=4)
client.log_outputs(run_id, [LoggedModelOutput(model.model_id, 2), LoggedModelOutput(pending.model_id, 5)])
still = client.create_run(vision, run_name="still running")
killed = client.create_run(odd, run_name="elsewhere")
with tempfile.TemporaryDirectory() as directory:
    client.log_artifact(killed.info.run_id, file(directory, "there.txt", b"there"))
client.set_terminated(killed.info.run_id, "KILLED")
client.delete_run(killed.info.run_id)

for i in range(more):
    run = client.create_run(gap, start_time=1000 + i, run_name=f"many {i}", tags={"i": str(i)})
    client.log_batch(
        run.info.run_id,
        metrics=[Metric(key, i + step / 10, step, step) for key in ("a", "b", "c") for step in range(5)],
        params=[Param("i", str(i))],
    )
    client.set_terminated(run.info.run_id, end_time=2000 + i)

lost = client.create_run(gone, run_name="with its experiment")
client.log_metric(lost.info.run_id, "m", 1)
client.delete_experiment(gone)

# Registry: versions with gaps, stages, aliases, tags, and a prompt.
client.create_registered_model("net", tags={"owner": "me"}, description="A *model*")
client.create_registered_model("empty")
first = client.create_model_version("net", f"models:/{model.model_id}", model_id=model.model_id, tags={"v": "1"})
client.create_model_version("net", f"mlflow-artifacts:/{vision}/{run_id}/artifacts/deep", run_id, description="two")
client.create_model_version("net", f"runs:/{run_id}/deep/er", run_id)
client.create_model_version("net", f"runs:/{run_id}/deep", run_id)
client.delete_model_version("net", "2")
client.transition_model_version_stage("net", "3", "Production")
client.set_registered_model_alias("net", "champion", "3")
client.set_registered_model_alias("net", "old", "1")
client.set_model_version_tag("net", "3", "checked", "yes")
client.delete_model_version("net", "4")
mlflow.genai.register_prompt("greeting", "Hello {{name}}", commit_message="first", tags={"tone": "kind"})
mlflow.genai.register_prompt("greeting", "Good day {{name}}", commit_message="second")
mlflow.genai.set_prompt_alias("greeting", "live", 1)
time.sleep(0)
