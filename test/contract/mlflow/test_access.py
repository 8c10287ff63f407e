import os

import mlflow
from mlflow import MlflowClient
from support import Case, raw, unique

JOB_RUN = os.environ["TEST_JOB_RUN"]
JOB_TOKEN = os.environ["TEST_JOB_TOKEN"]
OTHER_TOKEN = os.environ["TEST_OTHER_TOKEN"]
OTHER_PROJECT = os.environ["TEST_OTHER_PROJECT"]
ONNX = os.environ["TEST_ONNX_MODEL"]


def post(path: str, body: dict, token: str = JOB_TOKEN, **arguments):
    return raw("POST", f"/api/2.0/mlflow/{path}", token=token, json=body, **arguments)


class Unknown(Case):
    def test_without_a_token(self):
        for token in (None, "slp_nothing"):
            response = raw("POST", "/api/2.0/mlflow/runs/search", token=token, json={"experiment_ids": ["0"]})
            self.assertEqual(response.status_code, 401)
            self.assertTrue(response.text.startswith("You are not authenticated."), response.text)
            self.assertEqual(response.headers["WWW-Authenticate"], 'Basic realm="mlflow"')
        self.assertEqual(raw("PUT", "/api/2.0/mlflow-artifacts/artifacts/x", token=None, data=b"x").status_code, 401)

    def test_a_token_as_password(self):
        response = raw(
            "GET", "/api/2.0/mlflow/experiments/get", token=None, params={"experiment_id": "0"},
            auth=("anyone", os.environ["MLFLOW_TRACKING_TOKEN"]),
        )
        self.assertEqual(response.status_code, 200, response.text)


class Job(Case):
    """A job's token may write to its own run, to children of it, and register from it."""

    def test_its_own_run(self):
        self.assertEqual(post("runs/log-metric", {"run_id": JOB_RUN, "key": "m", "value": 1, "timestamp": 1}).status_code, 200)
        self.assertEqual(post("runs/log-parameter", {"run_id": JOB_RUN, "key": "p", "value": "1"}).status_code, 200)
        child = post("runs/create", {"experiment_id": "0", "tags": [{"key": "mlflow.parentRunId", "value": JOB_RUN}]})
        child_id = child.json()["run"]["info"]["run_id"]
        self.assertEqual(post("runs/set-tag", {"run_id": child_id, "key": "a", "value": "b"}).status_code, 200)
        with open(ONNX, "rb") as file:
            path = f"/api/2.0/mlflow-artifacts/artifacts/0/{JOB_RUN}/artifacts/model/model.onnx"
            self.assertEqual(raw("PUT", path, token=JOB_TOKEN, data=file).status_code, 200)
        name = unique("of-job")
        self.assertEqual(post("registered-models/create", {"name": name}).status_code, 200)
        version = post("model-versions/create", {"name": name, "source": f"runs:/{JOB_RUN}/model", "run_id": JOB_RUN})
        self.assertEqual(version.status_code, 200, version.text)

    def test_nothing_else(self):
        other = self.new_run("0")
        name = unique("not-of-job")
        self.client.create_registered_model(name)
        self.client.log_artifact(other, ONNX, "model")
        refused = (
            post("runs/log-metric", {"run_id": other, "key": "m", "value": 1, "timestamp": 1}),
            post("runs/log-batch", {"run_id": other, "tags": [{"key": "a", "value": "b"}]}),
            post("runs/set-tag", {"run_id": other, "key": "mlflow.parentRunId", "value": JOB_RUN}),
            post("runs/delete", {"run_id": other}),
            post("runs/update", {"run_id": other, "status": "FAILED"}),
            post("runs/create", {"experiment_id": "0"}),
            post("experiments/create", {"name": unique("x")}),
            post("experiments/delete", {"experiment_id": "0"}),
            post("model-versions/create", {"name": name, "source": f"runs:/{other}/model", "run_id": other}),
            post("model-versions/create", {"name": name, "source": "s3://bucket/x"}),
            post("registered-models/set-tag", {"name": name, "key": "a", "value": "b"}),
            raw("DELETE", "/api/2.0/mlflow/registered-models/delete", token=JOB_TOKEN, json={"name": name}),
            post("registered-models/alias", {"name": name, "alias": "champion", "version": "1"}),
            raw("PUT", f"/api/2.0/mlflow-artifacts/artifacts/0/{other}/artifacts/x", token=JOB_TOKEN, data=b"x"),
            raw("PUT", "/api/2.0/mlflow-artifacts/artifacts/anything", token=JOB_TOKEN, data=b"x"),
            raw("PUT", f"/api/2.0/mlflow-artifacts/artifacts/other/{JOB_RUN}/x", token=JOB_TOKEN, data=b"x"),
            raw("DELETE", f"/api/2.0/mlflow-artifacts/artifacts/0/{other}/artifacts", token=JOB_TOKEN),
        )
        for response in refused:
            with self.subTest(f"{response.request.method} {response.request.path_url} {response.request.body!r}"):
                self.assertEqual(response.status_code, 403, response.text)
                self.assertIn("Permission denied", response.text)

    def test_an_unmodified_training_script(self):
        os.environ["MLFLOW_TRACKING_TOKEN"], kept = JOB_TOKEN, os.environ["MLFLOW_TRACKING_TOKEN"]
        os.environ["MLFLOW_RUN_ID"] = JOB_RUN
        try:
            with mlflow.start_run():
                mlflow.log_param("layers", 3)
                mlflow.log_metric("loss", 0.5, step=2)
                mlflow.log_text("done", "report.txt")
        finally:
            os.environ["MLFLOW_TRACKING_TOKEN"] = kept
            os.environ.pop("MLFLOW_RUN_ID", None)
        run = self.client.get_run(JOB_RUN)
        self.assertEqual((run.data.params["layers"], run.data.metrics["loss"], run.info.status), ("3", 0.5, "FINISHED"))


class Workspace(Case):
    """Another project, by a token that opens it alone or by the workspace's header."""

    def test_its_default_experiment(self):
        run = post("runs/create", {}, token=OTHER_TOKEN).json()["run"]["info"]
        self.assertNotEqual(run["experiment_id"], "0")
        answer = raw("GET", "/api/2.0/mlflow/experiments/get", token=OTHER_TOKEN, params={"experiment_id": "0"})
        self.assertEqual(answer.json()["experiment"]["experiment_id"], run["experiment_id"])
        answer = raw(
            "GET", "/api/2.0/mlflow/runs/get", params={"run_id": run["run_id"]},
            headers={"X-MLFLOW-WORKSPACE": OTHER_PROJECT},
        )
        self.assertEqual(answer.status_code, 200)

    def test_walls(self):
        run_id = self.new_run("0")
        self.client.log_text(run_id, "secret", "secret.txt")
        refused = (
            raw("GET", "/api/2.0/mlflow/runs/get", token=OTHER_TOKEN, params={"run_id": run_id}),
            post("runs/log-metric", {"run_id": run_id, "key": "m", "value": 1, "timestamp": 1}, token=OTHER_TOKEN),
            raw("GET", f"/api/2.0/mlflow-artifacts/artifacts/0/{run_id}/artifacts/secret.txt", token=OTHER_TOKEN),
            raw("GET", "/get-artifact", token=OTHER_TOKEN, params={"run_id": run_id, "path": "secret.txt"}),
            raw("GET", "/api/2.0/mlflow/runs/get", token=OTHER_TOKEN, params={"run_id": run_id}, headers={"X-MLFLOW-WORKSPACE": "default"}),
        )
        for response in refused:
            with self.subTest(response.request.path_url):
                self.assert_answer(response, 404, "RESOURCE_DOES_NOT_EXIST")

    def test_the_client_switches(self):
        name = unique("elsewhere")
        os.environ["MLFLOW_WORKSPACE"] = OTHER_PROJECT
        try:
            client = MlflowClient()
            client.create_registered_model(name)
        finally:
            os.environ.pop("MLFLOW_WORKSPACE", None)
        self.assertNotIn(name, [model.name for model in self.client.search_registered_models(max_results=1000)])
