import os
import tempfile

import mlflow
from mlflow.exceptions import MlflowException
from support import Case, raw, unique

ONNX = os.environ["TEST_ONNX_MODEL"]
MLMODEL = """flavors:
  onnx: {data: model.onnx}
signature:
  inputs: '[{"type": "float", "name": "width"}, {"type": "float", "name": "height"}]'
"""


class Registry(Case):
    def new_model(self, **arguments) -> str:
        name = unique("model")
        self.client.create_registered_model(name, **arguments)
        return name

    def run_with_model(self) -> str:
        run_id = self.new_run()
        self.client.log_artifact(run_id, ONNX, "model")
        self.client.log_text(run_id, MLMODEL, "model/MLmodel")
        return run_id

    def new_version(self, name: str, run_id: str | None = None):
        run_id = run_id or self.run_with_model()
        return self.client.create_model_version(name, f"runs:/{run_id}/model", run_id)

    def test_life_of_a_model(self):
        name = self.new_model(tags={"a": "1"}, description="what it does")
        self.assert_refused(
            "RESOURCE_ALREADY_EXISTS", f"Registered Model (name={name}) already exists.",
            self.client.create_registered_model, name,
        )
        model = self.client.get_registered_model(name)
        self.assertEqual((model.description, model.tags, model.latest_versions), ("what it does", {"a": "1"}, []))
        self.client.update_registered_model(name, "something else")
        self.client.set_registered_model_tag(name, "b", "2")
        self.client.delete_registered_model_tag(name, "a")
        renamed = unique("renamed")
        self.client.rename_registered_model(name, renamed)
        model = self.client.get_registered_model(renamed)
        self.assertEqual((model.description, model.tags), ("something else", {"b": "2"}))
        self.client.delete_registered_model(renamed)
        self.assert_refused(
            "RESOURCE_DOES_NOT_EXIST", f"Registered Model with name={renamed} not found",
            self.client.get_registered_model, renamed,
        )

    def test_names(self):
        for name, words in (("a/b", "Names cannot contain '/' or ':'"), ("a:b", "Names cannot contain"), ("..", "resolve"), (" ", "Missing value")):
            self.assert_refused("INVALID_PARAMETER_VALUE", words, self.client.create_registered_model, name)

    def test_register_takes_the_bytes_in(self):
        name = unique("taken")
        run_id = self.run_with_model()
        version = mlflow.register_model(f"runs:/{run_id}/model", name)
        self.assertEqual((version.version, version.run_id, version.status), ("1", run_id, "READY"))
        with open(ONNX, "rb") as file:
            content = file.read()
        self.client.log_text(run_id, "changed", "model/model.onnx")
        with tempfile.TemporaryDirectory() as directory:
            local = mlflow.artifacts.download_artifacts(f"models:/{name}/1", dst_path=directory)
            with open(os.path.join(local, "model.onnx"), "rb") as file:
                self.assertEqual(file.read(), content)
        uri = self.client.get_model_version_download_uri(name, "1").removeprefix("mlflow-artifacts:/")
        self.assert_answer(
            raw("PUT", f"/api/2.0/mlflow-artifacts/artifacts/{uri}/model.onnx", data=b"x"), 403, "PERMISSION_DENIED"
        )

    def test_signature_is_read_from_the_model(self):
        name = self.new_model()
        self.new_version(name)
        detail = raw("GET", f"/api/slipway/v1/projects/default/models/{name}/versions/1").json()
        self.assertTrue(detail["servable"])
        [tensor] = detail["signature"]["inputs"]
        self.assertEqual((tensor["datatype"], tensor["columns"]), ("FP32", ["width", "height"]))
        self.assertEqual([file["path"] for file in detail["files"]], ["MLmodel", "model.onnx"])

    def test_a_corrupt_model_is_refused(self):
        name = self.new_model()
        run_id = self.new_run()
        self.client.log_text(run_id, "this is not ONNX", "model/model.onnx")
        self.assert_refused(
            "INVALID_PARAMETER_VALUE", "", self.client.create_model_version, name, f"runs:/{run_id}/model", run_id
        )
        self.assertEqual(self.client.get_registered_model(name).latest_versions, [])

    def test_versions(self):
        name = self.new_model()
        for number in ("1", "2", "3"):
            self.assertEqual(self.new_version(name).version, number)
        self.client.update_model_version(name, "2", "the second")
        self.client.set_model_version_tag(name, "2", "k", "v")
        second = self.client.get_model_version(name, "2")
        self.assertEqual((second.description, second.tags), ("the second", {"k": "v"}))
        self.client.delete_model_version_tag(name, "2", "k")
        self.client.delete_model_version(name, "3")
        self.assert_refused(
            "RESOURCE_DOES_NOT_EXIST", f"Model Version (name={name}, version=3) not found",
            self.client.get_model_version, name, "3",
        )
        self.assertEqual(self.new_version(name).version, "4")
        self.assertEqual(len(self.client.search_model_versions(f"name='{name}'")), 3)
        self.assert_refused(
            "INVALID_PARAMETER_VALUE", "Parameter 'version' must be an integer, got 'x'",
            self.client.get_model_version, name, "x",
        )

    def test_aliases(self):
        name = self.new_model()
        self.new_version(name)
        self.new_version(name)
        self.client.set_registered_model_alias(name, "champion", "1")
        self.client.set_registered_model_alias(name, "champion", "2")
        self.assertEqual(self.client.get_model_version_by_alias(name, "champion").version, "2")
        self.assertEqual(self.client.get_registered_model(name).aliases, {"champion": "2"})
        self.assertEqual(self.client.get_model_version(name, "2").aliases, ["champion"])
        self.client.delete_registered_model_alias(name, "champion")
        self.assert_refused(
            "INVALID_PARAMETER_VALUE", "Registered model alias champion not found.",
            self.client.get_model_version_by_alias, name, "champion",
        )
        for alias, words in (("latest", "reserved"), ("v3", "reserved"), ("a b", "Invalid alias name")):
            response = raw("POST", "/api/2.0/mlflow/registered-models/alias", json={"name": name, "alias": alias, "version": "1"})
            self.assert_answer(response, 400, "INVALID_PARAMETER_VALUE", words)
        self.client.set_registered_model_alias(name, "gone", "1")
        self.client.delete_model_version(name, "1")
        self.assertEqual(self.client.get_registered_model(name).aliases, {})

    def test_stages(self):
        name = self.new_model()
        self.new_version(name)
        self.new_version(name)
        self.client.transition_model_version_stage(name, "1", "production")
        self.client.transition_model_version_stage(name, "2", "Production", archive_existing_versions=True)
        stages = {one.version: one.current_stage for one in self.client.search_model_versions(f"name='{name}'")}
        self.assertEqual(stages, {"1": "Archived", "2": "Production"})
        [latest] = self.client.get_latest_versions(name, ["Production"])
        self.assertEqual(latest.version, "2")
        self.assert_refused(
            "INVALID_PARAMETER_VALUE", "Invalid Model Version stage",
            self.client.transition_model_version_stage, name, "1", "nowhere",
        )

    def test_search(self):
        mark = unique("mark")
        names = [self.new_model(tags={"mark": mark, "i": str(i)}) for i in range(5)]
        found, token = [], None
        while True:
            page = self.client.search_registered_models(f"tags.mark = '{mark}'", 2, ["name DESC"], token)
            found += [one.name for one in page]
            token = page.token
            if not token:
                break
        self.assertEqual(found, sorted(names, reverse=True))
        some = self.client.search_registered_models(f"name IN ('{names[0]}', '{names[1]}') AND tags.i != '0'")
        self.assertEqual([one.name for one in some], [names[1]])
        self.assertEqual(self.client.search_registered_models(f"name = '{names[0]}-not'"), [])
        run_id = self.run_with_model()
        self.new_version(names[2], run_id)
        self.assertEqual([one.name for one in self.client.search_model_versions(f"run_id = '{run_id}'")], [names[2]])
        with self.assertRaises(MlflowException):
            self.client.search_registered_models("nothing = 'x'")

    def test_prompts_hide_among_models(self):
        name = unique("prompt")
        mlflow.genai.register_prompt(name, "Hello {{name}}")
        loaded = mlflow.genai.load_prompt(f"prompts:/{name}/1")
        self.assertEqual(loaded.template, "Hello {{name}}")
        self.assertNotIn(name, [one.name for one in self.client.search_registered_models(max_results=1000)])

    def test_logged_models(self):
        mlflow.set_experiment(unique("logged"))

        def predict(model_input: list[str]) -> list[str]:
            return [text.upper() for text in model_input]

        with mlflow.start_run() as run:
            info = mlflow.pyfunc.log_model(name="shout", python_model=predict, pip_requirements=["numpy"])
            mlflow.log_metric("acc", 0.75, model_id=info.model_id)
        logged = self.client.get_logged_model(info.model_id)
        self.assertEqual((logged.status, logged.source_run_id, logged.metrics[0].value), ("READY", run.info.run_id, 0.75))
        self.assertEqual(self.client.get_run(run.info.run_id).outputs.model_outputs[0].model_id, info.model_id)
        [found] = mlflow.search_logged_models([run.info.experiment_id], "metrics.acc > 0.5", output_format="list")
        self.assertEqual(found.model_id, info.model_id)
        name = unique("shout")
        version = mlflow.register_model(info.model_uri, name)
        self.assertEqual((version.version, version.run_id), ("1", run.info.run_id))
        self.client.set_registered_model_alias(name, "champion", "1")
        model = mlflow.pyfunc.load_model(f"models:/{name}@champion")
        self.assertEqual(model.predict(["a"]), ["A"])
        copied = self.client.copy_model_version(f"models:/{name}/1", unique("copy"))
        self.assertEqual(copied.version, "1")
        self.client.set_logged_model_tags(info.model_id, {"k": "v"})
        self.client.delete_logged_model_tag(info.model_id, "k")
        self.client.delete_logged_model(info.model_id)
        self.assert_refused(
            "RESOURCE_DOES_NOT_EXIST", f"Logged model with ID '{info.model_id}' not found.",
            self.client.get_logged_model, info.model_id,
        )

    def test_sources_that_are_refused(self):
        name = self.new_model()
        run_id, other = self.run_with_model(), self.run_with_model()
        root = self.client.get_run(other).info.artifact_uri
        sources = (
            "/etc", "file:///etc", "file:///etc/passwd", "path/to/model", "http://attacker.example/model", "ftp://attacker/x",
            "https://attacker.example/api/2.0/mlflow-artifacts/artifacts/x", f"runs:/{other}/model", f"{root}/model",
            "mlflow-artifacts:/../../etc", "mlflow-artifacts:/%2e%2e/etc", "mlflow-artifacts:/%252e%252e/etc",
            "mlflow-artifacts://host/x", "s3://bucket/a/../../b", "models:/m-00000000000000000000000000000000",
            "s3://bucket/..%2f..%2fx", f"runs://host/{run_id}/model",
        )
        for source in sources:
            with self.subTest(source):
                body = {"name": name, "source": source, "run_id": run_id}
                response = raw("POST", "/api/2.0/mlflow/model-versions/create", json=body)
                self.assert_answer(response, 400, "INVALID_PARAMETER_VALUE")
        self.assertEqual(self.client.get_registered_model(name).latest_versions, [])
        prompt = [{"key": "mlflow.prompt.is_prompt", "value": "true"}]
        body = {"name": name, "source": "file:///etc", "tags": prompt}
        self.assert_answer(
            raw("POST", "/api/2.0/mlflow/model-versions/create", json=body), 400, "INVALID_PARAMETER_VALUE",
            "Invalid prompt source",
        )

    def test_an_outside_source_is_text(self):
        name = self.new_model()
        version = self.client.create_model_version(name, "s3://bucket/models/x")
        self.assertEqual(version.source, "s3://bucket/models/x")
        self.assertEqual(self.client.get_model_version_download_uri(name, version.version), "s3://bucket/models/x")
