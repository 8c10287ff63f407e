import contextlib
import os
import tempfile

import mlflow
import requests
from mlflow import MlflowClient
from mlflow.exceptions import MlflowException
from auth_client import AuthServiceClient
from support import Case, URL, newest, raw, unique

MLFLOW = f"{URL}/api/2.0/mlflow"
TOKEN_VARIABLE = "MLFLOW_TRACKING_TOKEN"


@contextlib.contextmanager
def acting(name: str, password: str):
    """As somebody, by name and password."""
    token = os.environ.pop(TOKEN_VARIABLE)
    os.environ["MLFLOW_TRACKING_USERNAME"], os.environ["MLFLOW_TRACKING_PASSWORD"] = name, password
    try:
        yield
    finally:
        os.environ[TOKEN_VARIABLE] = token
        os.environ.pop("MLFLOW_TRACKING_USERNAME", None)
        os.environ.pop("MLFLOW_TRACKING_PASSWORD", None)


class Auth(Case):
    def setUp(self):
        super().setUp()
        self.auth = AuthServiceClient(URL)

    def person(self) -> tuple[str, str]:
        name, password = unique("Person"), unique("p:w")
        self.auth.create_user(name, password)
        return name, password

    def assert_denied(self, call, *arguments, **keywords):
        with self.assertRaises(MlflowException) as caught:
            call(*arguments, **keywords)
        self.assertEqual(caught.exception.error_code, "PERMISSION_DENIED", caught.exception.message)
        self.assertRegex(caught.exception.message, "Permission denied.")

    def grant(self, who, kind: str, thing: dict, to: str, permission: str, verb="create", method="POST"):
        return requests.request(
            method, f"{MLFLOW}/{kind}/permissions/{verb}", auth=who, timeout=30,
            json={**thing, "username": to, "permission": permission},
        )


class People(Auth):
    def test_made_known_changed_deleted(self):
        name, password = self.person()
        user = self.auth.get_user(name)
        self.assertEqual((user.username, user.is_admin), (name, False))
        self.assert_refused("RESOURCE_ALREADY_EXISTS", "already exists", self.auth.create_user, name, "x")
        self.assert_refused("RESOURCE_ALREADY_EXISTS", "already exists", self.auth.create_user, name.upper(), "x")
        self.auth.update_user_admin(name, True)
        self.assertTrue(self.auth.get_user(name).is_admin)
        self.auth.update_user_admin(name, False)
        self.auth.delete_user(name)
        self.assert_refused("RESOURCE_DOES_NOT_EXIST", f"User with username={name} not found", self.auth.get_user, name)
        with acting(name, password):
            self.assert_refused("UNAUTHENTICATED", "You are not authenticated.", self.auth.get_user, name)
        self.auth.create_user(name, password)

    def test_only_administrators(self):
        one, other = self.person(), self.person()
        with acting(*one):
            self.assertEqual(self.auth.get_user(one[0]).username, one[0])
            for call, arguments in (
                (self.auth.create_user, (unique("x"), "x")), (self.auth.get_user, (other[0],)), (self.auth.get_user, (unique("x"),)),
                (self.auth.update_user_password, (other[0], "x")), (self.auth.update_user_admin, (one[0], True)),
                (self.auth.delete_user, (other[0],)), (self.auth.list_user_roles, (other[0],)),
                (self.auth.create_role, ("default", "mine")), (self.auth.list_all_roles, ()),
            ):
                with self.subTest(f"{call.__name__}{arguments}"):
                    self.assert_denied(call, *arguments)
        self.assertFalse(self.auth.get_user(one[0]).is_admin)

    @newest
    def test_passwords(self):
        name, password = self.person()
        self.auth.update_user_password(name, "second")
        with acting(name, password):
            self.assert_refused("UNAUTHENTICATED", "You are not authenticated.", self.auth.get_user, name)
        with acting(name, "second"):
            self.assert_refused("INVALID_PARAMETER_VALUE", "required", self.auth.update_user_password, name, "third")
            self.assert_refused("INVALID_PARAMETER_VALUE", "does not match", self.auth.update_user_password, name, "third", "wrong")
            self.auth.update_user_password(name, "third", "second")
            self.assert_refused("UNAUTHENTICATED", "You are not authenticated.", self.auth.get_user, name)
        with acting(name, "third"):
            self.auth.get_user(name)

    def test_bodies_and_headers(self):
        response = requests.get(f"{MLFLOW}/experiments/search", timeout=30)
        self.assertEqual(response.status_code, 401)
        self.assertEqual(response.headers["WWW-Authenticate"], 'Basic realm="mlflow"')
        self.assertEqual(
            response.text,
            "You are not authenticated. Please see "
            "https://www.mlflow.org/docs/latest/auth/index.html#authenticating-to-mlflow on how to authenticate.",
        )
        one = self.person()
        response = requests.post(f"{MLFLOW}/experiments/delete", json={"experiment_id": "0"}, auth=one, timeout=30)
        self.assertEqual((response.status_code, response.text), (403, "Permission denied"))
        for body in ({"username": "", "password": "x"}, {"username": "x", "password": ""}, {}, {"username": "a b", "password": "x"}):
            response = raw("POST", "/api/2.0/mlflow/users/create", json=body)
            self.assertEqual((response.status_code, response.reason), (400, "BAD REQUEST"))
        current = requests.get(f"{MLFLOW}/users/current", auth=one, timeout=30).json()
        self.assertEqual((current["user"]["username"], current["is_basic_auth"]), (one[0], True))


class Things(Auth):
    """Each kind of thing, as its maker and as somebody else."""

    def test_searches_show_what_may_be_read(self):
        one, other = self.person(), self.person()
        prefix = unique("s")
        with acting(*one):
            ids = [self.client.create_experiment(f"{prefix}{i}") for i in range(5)]
            runs = [self.client.create_run(id).info.run_id for id in ids]
            models = [self.client.create_registered_model(f"{prefix}{i}").name for i in range(5)]
            for id in ids:
                self.client.create_logged_model(id)
        for i in (1, 3):
            self.assertEqual(self.grant(one, "experiments", {"experiment_id": ids[i]}, other[0], "NO_PERMISSIONS").status_code, 200)
            self.assertEqual(self.grant(one, "registered-models", {"name": models[i]}, other[0], "NO_PERMISSIONS").status_code, 200)
        seen = {0, 2, 4}
        with acting(*other):
            found, token = [], None
            while token != "":
                page = self.client.search_experiments(max_results=2, filter_string=f"name LIKE '{prefix}%'", page_token=token)
                found += [experiment.experiment_id for experiment in page]
                token = page.token or ""
            self.assertEqual(sorted(found), sorted(ids[i] for i in seen))
            page = self.client.search_registered_models(f"name LIKE '{prefix}%'")
            self.assertEqual([model.name for model in page], [models[i] for i in sorted(seen)])
            self.assertEqual({run.info.run_id for run in self.client.search_runs(ids)}, {runs[i] for i in seen})
            self.assertEqual(len(self.client.search_logged_models(ids)), 3)
            self.assertEqual(list(self.client.search_runs([ids[1]])), [])
            self.assert_denied(self.client.get_experiment, ids[1])
            self.assert_denied(self.client.get_experiment_by_name, f"{prefix}1")
            self.assert_denied(self.client.get_run, runs[1])
            self.assert_denied(self.client.get_registered_model, models[3])
        with acting(*one):
            self.assertEqual(len(self.client.search_runs(ids)), 5)

    def test_an_experiment_and_all_within(self):
        one, other = self.person(), self.person()
        with acting(*one):
            id = self.client.create_experiment(unique("mine"))
            run = self.client.create_run(id).info.run_id
            self.client.log_metric(run, "m", 1)
            self.client.log_text(run, "text", "a.txt")
            model = self.client.create_logged_model(id)
            with mlflow_experiment(id), mlflow.start_span("s") as span:
                pass
            mlflow.flush_trace_async_logging()
            trace = span.trace_id
        with acting(*other):
            self.assertEqual(self.client.get_experiment(id).experiment_id, id)
            self.assertEqual(self.client.get_run(run).data.metrics, {"m": 1})
            self.assertEqual(self.client.get_metric_history(run, "m")[0].value, 1)
            self.assertEqual([file.path for file in self.client.list_artifacts(run)], ["a.txt"])
            self.assertEqual(self.client.get_logged_model(model.model_id).model_id, model.model_id)
            self.assertEqual(self.client.get_trace(trace).info.trace_id, trace)
            for call, arguments in (
                (self.client.rename_experiment, (id, "x")), (self.client.delete_experiment, (id,)),
                (self.client.set_experiment_tag, (id, "a", "b")), (self.client.create_run, (id,)),
                (self.client.log_metric, (run, "m", 2)), (self.client.log_param, (run, "p", 2)), (self.client.set_tag, (run, "a", "b")),
                (self.client.set_terminated, (run,)), (self.client.delete_run, (run,)), (self.client.create_logged_model, (id,)),
                (self.client.finalize_logged_model, (model.model_id, "READY")), (self.client.delete_logged_model, (model.model_id,)),
                (self.client.set_logged_model_tags, (model.model_id, {"a": "b"})), (self.client.set_trace_tag, (trace, "a", "b")),
                (self.client.delete_traces, (id, None, None, [trace])),
            ):
                with self.subTest(call.__name__):
                    self.assert_denied(call, *arguments)
            with tempfile.NamedTemporaryFile(suffix=".txt") as file, self.assertRaisesRegex(Exception, "Permission denied"):
                self.client.log_artifact(run, file.name)
        hidden = self.grant(one, "experiments", {"experiment_id": id}, other[0], "NO_PERMISSIONS")
        self.assertEqual(hidden.status_code, 200, hidden.text)
        base = f"{URL}/api/2.0/mlflow-artifacts/artifacts"
        root = self.client.get_run(run).info.artifact_uri.removeprefix("mlflow-artifacts:/")
        for method, url, arguments in (
            ("GET", f"{MLFLOW}/runs/get", {"params": {"run_id": run}}),
            ("GET", f"{MLFLOW}/metrics/get-history", {"params": {"run_id": run, "metric_key": "m"}}),
            ("GET", f"{MLFLOW}/metrics/get-history-bulk", {"params": {"run_id": run, "metric_key": "m"}}),
            ("GET", f"{MLFLOW}/artifacts/list", {"params": {"run_id": run}}),
            ("GET", f"{MLFLOW}/logged-models/{model.model_id}", {}),
            ("GET", f"{URL}/api/3.0/mlflow/traces/{trace}", {}),
            ("GET", f"{URL}/api/3.0/mlflow/traces/get", {"params": {"trace_id": trace}}),
            ("GET", f"{URL}/get-artifact", {"params": {"run_id": run, "path": "a.txt"}}),
            ("GET", f"{base}/{root}/a.txt", {}),
            ("GET", base, {"params": {"path": root}}),
            ("GET", base, {"params": {"path": ""}}),
            ("PUT", f"{base}/{root}/a.txt", {"data": b"x"}),
            ("DELETE", f"{base}/{root}/a.txt", {}),
            ("POST", f"{URL}/api/2.0/mlflow-artifacts/mpu/create/{root}/a.txt", {"json": {"path": "a.txt", "num_parts": 1}}),
        ):
            with self.subTest(f"{method} {url}"):
                response = requests.request(method, url, auth=other, timeout=30, **arguments)
                self.assertEqual((response.status_code, response.text), (403, "Permission denied"))
        self.assertEqual(self.client.get_run(run).data.metrics, {"m": 1})

    def test_a_model_and_its_versions(self):
        one, other = self.person(), self.person()
        with acting(*one):
            id = self.client.create_experiment(unique("of-model"))
            run = self.client.create_run(id).info.run_id
            self.client.log_text(run, "text", "model/MLmodel")
            name = self.client.create_registered_model(unique("model")).name
            self.client.create_model_version(name, f"runs:/{run}/model", run_id=run)
            self.client.set_registered_model_alias(name, "best", "1")
        with acting(*other):
            self.assertEqual(self.client.get_model_version_by_alias(name, "best").version, "1")
            for call, arguments in (
                (self.client.update_registered_model, (name, "d")), (self.client.rename_registered_model, (name, unique("x"))),
                (self.client.delete_registered_model, (name,)), (self.client.set_registered_model_tag, (name, "a", "b")),
                (self.client.set_registered_model_alias, (name, "worst", "1")), (self.client.delete_registered_model_alias, (name, "best")),
                (self.client.create_model_version, (name, "s3://b/m")), (self.client.update_model_version, (name, "1", "d")),
                (self.client.delete_model_version, (name, "1")), (self.client.set_model_version_tag, (name, "1", "a", "b")),
            ):
                with self.subTest(call.__name__):
                    self.assert_denied(call, *arguments)
        self.assertEqual(self.grant(one, "registered-models", {"name": name}, other[0], "EDIT").status_code, 200)
        with acting(*other):
            self.client.set_model_version_tag(name, "1", "a", "b")
            self.assert_denied(self.client.delete_registered_model, name)
        self.grant(one, "registered-models", {"name": name}, other[0], "NO_PERMISSIONS", "update", "PATCH")
        with acting(*other):
            self.assert_denied(self.client.get_model_version, name, "1")
            self.assertEqual(list(self.client.search_model_versions(f"name='{name}'")), [])
        version = self.client.get_model_version_download_uri(name, "1").removeprefix("mlflow-artifacts:/")
        response = requests.get(f"{URL}/api/2.0/mlflow-artifacts/artifacts/{version}/MLmodel", auth=other, timeout=30)
        self.assertEqual(response.status_code, 403, response.text)
        with acting(*one):
            new = unique("renamed")
            self.client.rename_registered_model(name, new)
            self.client.set_registered_model_tag(new, "still", "mine")
            self.client.delete_registered_model(new)
        gone = requests.get(
            f"{MLFLOW}/registered-models/permissions/get", params={"name": new, "username": one[0]}, timeout=30,
            headers={"Authorization": f"Bearer {os.environ[TOKEN_VARIABLE]}"},
        )
        self.assert_answer(
            gone, 404, "RESOURCE_DOES_NOT_EXIST", f"Registered model permission with name={new} and username={one[0]} not found"
        )

    def test_what_is_made_of_others_things(self):
        """A version, a scorer or a dataset must not lead around what its source or experiment allows."""
        one, other = self.person(), self.person()
        with acting(*one):
            id = self.client.create_experiment(unique("source"))
            run = self.client.create_run(id).info
            self.client.log_text(run.run_id, "weights", "model/weights")
            model = self.client.create_logged_model(id).model_id
            registered = self.client.create_registered_model(unique("theirs")).name
            self.client.create_model_version(registered, f"runs:/{run.run_id}/model", run_id=run.run_id)
        scorer = {"experiment_id": id, "name": "judge", "serialized_scorer": "{}"}
        post = lambda who, path, body: requests.post(f"{URL}/api/3.0/mlflow/{path}", auth=who, json=body, timeout=30)
        self.assertEqual(post(one, "scorers/register", scorer).status_code, 200)
        dataset = post(one, "datasets/create", {"name": unique("d"), "experiment_ids": [id]}).json()["dataset"]["dataset_id"]
        self.assertEqual(self.grant(one, "experiments", {"experiment_id": id}, other[0], "NO_PERMISSIONS").status_code, 200)
        self.assertEqual(self.grant(one, "registered-models", {"name": registered}, other[0], "NO_PERMISSIONS").status_code, 200)
        with acting(*other):
            own = self.client.create_registered_model(unique("own")).name
            for source in (
                f"runs:/{run.run_id}/model", f"{run.artifact_uri}/model", f"models:/{model}", f"models:/{registered}/1",
                f"models:/{registered}@best",
            ):
                with self.subTest(source):
                    self.assert_denied(self.client.create_model_version, own, source)
            self.assert_denied(self.client.create_model_version, own, "s3://bucket/x", run_id=run.run_id)
            self.assertEqual(self.client.create_model_version(own, "s3://bucket/x").version, "1")
        named = {"experiment_id": id, "name": "judge"}
        for method, path, arguments in (
            ("GET", "scorers/get", {"params": named}), ("GET", "scorers/versions", {"params": named}),
            ("GET", "scorers/list", {"params": {"experiment_id": id}}), ("POST", "scorers/register", {"json": scorer}),
            ("DELETE", "scorers/delete", {"json": named}), ("GET", f"datasets/{dataset}", {}), ("GET", f"datasets/{dataset}/records", {}),
            ("DELETE", f"datasets/{dataset}", {}), ("POST", f"datasets/{dataset}/records", {"json": {"records": "[]"}}),
            ("POST", "datasets/create", {"json": {"name": unique("d"), "experiment_ids": [id]}}),
            ("POST", "traces/search", {"json": {"locations": []}}),
        ):
            with self.subTest(f"{method} {path}"):
                response = requests.request(method, f"{URL}/api/3.0/mlflow/{path}", auth=other, timeout=30, **arguments)
                self.assertEqual((response.status_code, response.text), (403, "Permission denied"))
        self.assertEqual(self.grant(one, "scorers", {"experiment_id": id, "scorer_name": "judge"}, other[0], "READ").status_code, 404)
        answer = requests.post(
            f"{URL}/api/3.0/mlflow/scorers/permissions/create", auth=one, timeout=30,
            json={"experiment_id": id, "scorer_name": "judge", "username": other[0], "permission": "READ"},
        )
        self.assertEqual(answer.json()["scorer_permission"]["permission"], "READ")
        self.assertEqual(requests.get(f"{URL}/api/3.0/mlflow/scorers/get", params=named, auth=other, timeout=30).status_code, 200)

    def test_webhooks_are_for_administrators(self):
        one = self.person()
        for method, path in (("GET", ""), ("POST", ""), ("GET", "/x"), ("PATCH", "/x"), ("DELETE", "/x"), ("POST", "/x/test")):
            body = {"name": "x", "url": "https://example.com", "events": [{"entity": "PROMPT", "action": "CREATED"}]}
            response = requests.request(method, f"{MLFLOW}/webhooks{path}", auth=one, json=body, timeout=30)
            self.assertEqual((response.status_code, response.text), (403, "Permission denied"), f"{method} {path}")

    def test_our_own_interface_says_the_same(self):
        """Who has grants alone sees single things there, and of what is denied nothing."""
        one, other = self.person(), self.person()
        with acting(*one):
            id = self.client.create_experiment(unique("native"))
            run = self.client.create_run(id).info.run_id
        base = f"{URL}/api/slipway/v1/projects/default"
        get = lambda who, path: requests.get(f"{base}/{path}", auth=who, timeout=30).status_code
        self.assertEqual(get(other, f"runs/{run}"), 200)
        self.grant(one, "experiments", {"experiment_id": id}, other[0], "NO_PERMISSIONS")
        for path in (f"runs/{run}", f"experiments/{id}", f"runs/{run}/artifacts", f"runs/{run}/history?metric=m", "runs", "audit"):
            with self.subTest(path):
                self.assertIn(get(other, path), (400, 403, 404))
                self.assertNotEqual(get(other, path), 200)

    @newest
    def test_makers_manage_what_they_made(self):
        one, other = self.person(), self.person()
        with acting(*one):
            id = self.client.create_experiment(unique("made"))
        thing = {"experiment_id": id}
        answer = requests.get(f"{MLFLOW}/experiments/permissions/get", params={**thing, "username": one[0]}, auth=one, timeout=30)
        self.assertEqual(answer.json()["experiment_permission"]["permission"], "MANAGE")
        self.assertEqual(self.grant(other, "experiments", thing, other[0], "MANAGE").status_code, 403)
        self.assertEqual(self.grant(one, "experiments", thing, other[0], "EDIT").status_code, 200)
        self.assert_answer(self.grant(one, "experiments", thing, other[0], "EDIT"), 400, "RESOURCE_ALREADY_EXISTS")
        self.assert_answer(self.grant(one, "experiments", thing, other[0], "ALL", "update", "PATCH"), 400, "INVALID_PARAMETER_VALUE")
        with acting(*other):
            self.client.set_experiment_tag(id, "a", "b")
            self.assert_denied(self.client.delete_experiment, id)
        self.assertEqual(self.grant(one, "experiments", thing, other[0], "", "delete", "DELETE").status_code, 200)
        with acting(*other):
            self.assert_denied(self.client.set_experiment_tag, id, "a", "c")
        with acting(*one):
            self.client.delete_experiment(id)
            self.auth.grant_user_permission(other[0], "experiment", id, "READ")
            self.assert_refused("RESOURCE_ALREADY_EXISTS", "", self.auth.grant_user_permission, other[0], "experiment", id, "READ")
            self.auth.revoke_user_permission(other[0], "experiment", id)
            self.assert_refused("RESOURCE_DOES_NOT_EXIST", "not found", self.auth.revoke_user_permission, other[0], "experiment", id)
            self.assertEqual(self.auth.get_user_permission(one[0], "experiment", id).permission, "MANAGE")
            self.assert_denied(self.auth.get_user_permission, other[0], "experiment", id)
        self.assertEqual(self.auth.get_user_permission(other[0], "experiment", id).permission, "READ")


class Roles(Auth):
    def role(self, **arguments):
        role = self.auth.create_role("default", unique("role"), **arguments)
        self.addCleanup(self.auth.delete_role, role.id)
        return role

    def test_made_changed_assigned(self):
        project = unique("w")[:20]
        role = self.auth.create_role(project, "viewer", "reads")
        self.assertEqual((role.name, role.workspace, role.description), ("viewer", project, "reads"))
        self.assert_refused("RESOURCE_ALREADY_EXISTS", "already exists", self.auth.create_role, project, "viewer")
        self.assert_refused("INVALID_PARAMETER_VALUE", "At least one of", self.auth.update_role, role.id)
        self.assertEqual(self.auth.update_role(role.id, name="reader").name, "reader")
        added = self.auth.add_role_permission(role.id, "experiment", "42", "READ")
        self.assertEqual(self.auth.update_role_permission(added.id, "EDIT").permission, "EDIT")
        self.assertEqual([one.permission for one in self.auth.list_role_permissions(role.id)], ["EDIT"])
        for arguments in (("bogus", "1", "READ"), ("run", "1", "READ"), ("workspace", "*", "READ"), ("experiment", "1", "NO_PERMISSIONS")):
            self.assert_refused("INVALID_PARAMETER_VALUE", "Invalid", self.auth.add_role_permission, role.id, *arguments)
        name, password = self.person()
        self.assertEqual(self.auth.assign_role(name, role.id).role_id, role.id)
        with acting(name, password):
            self.assertEqual([one.id for one in self.auth.list_user_roles(name)], [role.id])
        self.assertEqual(len(self.auth.list_role_users(role.id)), 1)
        self.auth.unassign_role(name, role.id)
        self.assertEqual(self.auth.list_user_roles(name), [])
        self.auth.remove_role_permission(added.id)
        self.assertEqual([one.name for one in self.auth.list_roles(project)], ["reader"])
        self.auth.delete_role(role.id)
        self.assert_refused("RESOURCE_DOES_NOT_EXIST", "not found", self.auth.get_role, role.id)

    def test_what_a_role_opens_and_denies(self):
        one, other = self.person(), self.person()
        with acting(*one):
            ids = [self.client.create_experiment(unique("r")) for _ in range(2)]
        role = self.role()
        self.auth.add_role_permission(role.id, "experiment", "*", "EDIT")
        self.auth.add_role_permission(role.id, "experiment", ids[1], "DENY")
        self.auth.assign_role(other[0], role.id)
        with acting(*other):
            self.client.set_experiment_tag(ids[0], "a", "b")
            self.assert_denied(self.client.get_experiment, ids[1])
            self.assertEqual(list(self.client.search_runs([ids[1]])), [])
        self.auth.unassign_role(other[0], role.id)
        with acting(*other):
            self.assert_denied(self.client.set_experiment_tag, ids[0], "a", "c")

    def test_administrators_of_one_workspace(self):
        here, there = unique("h")[:20], unique("t")[:20]
        name, password = self.person()
        role = self.auth.create_role(here, "admin")
        self.auth.add_role_permission(role.id, "workspace", "*", "MANAGE")
        self.auth.assign_role(name, role.id)
        other = self.auth.create_role(there, "r")
        with acting(name, password):
            made = self.auth.create_role(here, "made")
            self.auth.add_role_permission(made.id, "experiment", "*", "EDIT")
            self.assertEqual({one.name for one in self.auth.list_roles(here)}, {"admin", "made"})
            self.assert_denied(self.auth.create_role, there, "x")
            self.assert_denied(self.auth.add_role_permission, other.id, "experiment", "*", "EDIT")
            self.assert_denied(self.auth.delete_role, other.id)
            self.assert_denied(self.auth.list_roles, there)
            self.assert_denied(self.auth.get_role, 2**31 - 1)


@contextlib.contextmanager
def mlflow_experiment(id: str):
    mlflow.set_experiment(experiment_id=id)
    try:
        yield
    finally:
        mlflow.set_experiment(experiment_id="0")
