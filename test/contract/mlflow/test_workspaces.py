import contextlib
import os

import mlflow
import requests
from mlflow import MlflowClient
from auth_client import AuthServiceClient
from support import TOKEN, URL, Case, raw, unique


@contextlib.contextmanager
def inside(name: str):
    mlflow.set_workspace(name)
    try:
        yield MlflowClient()
    finally:
        mlflow.set_workspace("default")


class Workspaces(Case):
    def made(self, **arguments) -> str:
        name = unique("team")
        mlflow.create_workspace(name, **arguments)
        return name

    def test_made_described_listed_deleted(self):
        name = self.made(description="first")
        self.assertEqual(mlflow.get_workspace(name).description, "first")
        self.assertIn(name, [workspace.name for workspace in mlflow.list_workspaces()])
        self.assertIn("default", [workspace.name for workspace in mlflow.list_workspaces()])
        self.assertEqual(mlflow.update_workspace(name, description="second").description, "second")
        self.assert_refused("RESOURCE_ALREADY_EXISTS", "already exists", mlflow.create_workspace, name)
        mlflow.delete_workspace(name)
        self.assert_refused("RESOURCE_DOES_NOT_EXIST", f"Workspace '{name}' not found", mlflow.get_workspace, name)
        mlflow.create_workspace(name)
        self.assertIn(mlflow.get_workspace(name).description, (None, ""))

    def test_statuses(self):
        name = unique("raw")
        self.assertEqual(raw("POST", "/api/3.0/mlflow/workspaces", json={"name": name}).status_code, 201)
        self.assertEqual(raw("DELETE", f"/api/3.0/mlflow/workspaces/{name}").status_code, 204)
        self.assertTrue(requests.get(f"{URL}/api/3.0/mlflow/server-info", timeout=30).json()["workspaces_enabled"])

    def test_names(self):
        for name in ("default", "x", "UPPER", "a_b", "-a", "workspaces", "a" * 64, "../etc"):
            with self.subTest(name):
                answer = raw("POST", "/api/3.0/mlflow/workspaces", json={"name": name})
                self.assert_answer(answer, 400, "INVALID_PARAMETER_VALUE")
        self.assert_answer(raw("DELETE", "/api/3.0/mlflow/workspaces/default"), 400, "INVALID_PARAMETER_VALUE")

    def test_a_workspace_is_a_world_of_its_own(self):
        name, model = self.made(), unique("model")
        with inside(name) as client:
            experiment = client.create_experiment("same name")
            run = client.create_run(experiment)
            client.log_text(run.info.run_id, "inside", "a.txt")
            client.create_registered_model(model)
            self.assertEqual([file.path for file in client.list_artifacts(run.info.run_id)], ["a.txt"])
        self.client.create_experiment(unique("same name"))
        self.assertNotIn(model, [found.name for found in self.client.search_registered_models(max_results=1000)])
        self.assert_refused("RESOURCE_DOES_NOT_EXIST", "", self.client.get_run, run.info.run_id)
        self.assert_answer(
            raw("DELETE", f"/api/3.0/mlflow/workspaces/{name}"), 409, "RESOURCE_CONFLICT", "still contains 1 resource(s)"
        )
        self.assertEqual(raw("DELETE", f"/api/3.0/mlflow/workspaces/{name}?mode=CASCADE").status_code, 204)
        self.assert_answer(
            raw("GET", "/api/2.0/mlflow/runs/get", params={"run_id": run.info.run_id}, headers={"X-MLFLOW-WORKSPACE": name}),
            404, "RESOURCE_DOES_NOT_EXIST",
        )

    def test_what_the_operator_decides(self):
        answer = raw("POST", "/api/3.0/mlflow/workspaces", json={"name": unique("w"), "default_artifact_root": "s3://mine"})
        self.assert_answer(answer, 400, "FEATURE_DISABLED")

    def test_members_see_their_own(self):
        mine, other = self.made(), self.made()
        name, password = unique("member"), "secret"
        auth = AuthServiceClient(URL)
        auth.create_user(name, password)
        role = auth.create_role(mine, "users")
        auth.add_role_permission(role.id, "workspace", "*", "USE")
        auth.assign_role(name, role.id)
        answer = requests.get(f"{URL}/api/3.0/mlflow/workspaces", auth=(name, password), timeout=30)
        self.assertEqual({one["name"] for one in answer.json()["workspaces"]}, {"default", mine})
        create = lambda workspace: requests.post(
            f"{URL}/api/2.0/mlflow/experiments/create", json={"name": unique("e")}, auth=(name, password), timeout=30,
            headers={"X-MLFLOW-WORKSPACE": workspace},
        )
        self.assertEqual(create(mine).status_code, 200)
        self.assertEqual(create(other).status_code, 404)
        for method, path in (("POST", ""), ("PATCH", f"/{mine}"), ("DELETE", f"/{mine}"), ("GET", f"/{other}")):
            answer = requests.request(
                method, f"{URL}/api/3.0/mlflow/workspaces{path}", json={"name": unique("n"), "description": "d"}, auth=(name, password), timeout=30
            )
            self.assertIn(answer.status_code, (403, 404), f"{method} {path}")

    def test_a_client_that_knows_of_none(self):
        answer = raw("POST", "/api/2.0/mlflow/experiments/search", token=TOKEN, json={"max_results": 1})
        self.assertEqual(answer.status_code, 200)
