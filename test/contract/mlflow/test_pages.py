"""What MLflow's pages ask, beside what its client does."""

import json
import math

from mlflow.entities import Dataset, DatasetInput, InputTag
from support import Case, raw, unique

AJAX = "/ajax-api/2.0/mlflow"


class Pages(Case):
    def graphql(self, query: str, variables: dict | None = None):
        answer = raw("POST", "/graphql", json={"query": query, "variables": variables})
        self.assertEqual(answer.status_code, 200, answer.text)
        return answer.json()

    def test_graphql_answers_from_the_rest_api(self):
        experiment = self.new_experiment()
        run_id = self.new_run(experiment, run_name="first")
        self.client.log_metric(run_id, "acc", 0.5, timestamp=7, step=3)
        self.client.log_metric(run_id, "none", math.nan, timestamp=7)
        name = unique("graphql")
        self.client.create_registered_model(name)
        self.client.create_model_version(name, f"runs:/{run_id}/model", run_id)
        answer = self.graphql(
            """query Q($id: String!) @component(name: "x") {
              one: mlflowGetRun(input: {runId: $id}) { ...on Any { run { ...parts } } }
              mlflowGetExperiment(input: {experimentId: "%s"}) { experiment { name lifecycleStage __typename } apiError { code } }
            }
            fragment parts on MlflowRun {
              info { runName status endTime } data { metrics { key value step } } experiment { experimentId } modelVersions { name version }
            }"""
            % experiment,
            {"id": run_id},
        )
        self.assertIsNone(answer["errors"])
        run = answer["data"]["one"]["run"]
        self.assertEqual(run["info"], {"runName": "first", "status": "RUNNING", "endTime": "0"})
        self.assertEqual(run["data"]["metrics"], [{"key": "acc", "value": 0.5, "step": "3"}, {"key": "none", "value": None, "step": "0"}])
        self.assertEqual(run["experiment"], {"experimentId": experiment})
        self.assertEqual(run["modelVersions"], [{"name": name, "version": "1"}])
        self.assertEqual(answer["data"]["mlflowGetExperiment"]["apiError"], None)
        found = self.graphql('{ mlflowSearchRuns(input: {experimentIds: ["%s"], filter: "metrics.acc > 0.4"}) { runs { info { runId } } } }' % experiment)
        self.assertEqual(found["data"]["mlflowSearchRuns"]["runs"], [{"info": {"runId": run_id}}])

    def test_graphql_refuses_what_it_cannot_answer(self):
        for query, words in [
            ('{ mlflowGetRun(input: {runId: "nope"}) { run { info { runId } } } }', "Run with id=nope not found"),
            ("{ nothing { a } }", "Cannot query field 'nothing'"),
            ("{ mlflowGetRun(input: {}) { nothing } }", "Cannot query field 'nothing'"),
            ("{ mlflowGetRun(input: {}) { run } }", "must have a selection of subfields"),
            ("{ mlflowGetRun(input: {", "ends too early"),
            ('{ a "', "can't be read"),
            ("{ test }" * 2, "Must provide operation name"),
            ("{" * 60, "can't be read"),
            ("{ mlflowGetRun(input: {}) " + "{ run " * 11 + "}" * 12, "Query exceeds maximum depth of 10"),
            ("{ " + " ".join(f"a{i}: test {{ output }}" for i in range(11)) + " }", "at most 10 root fields"),
            ("{ test { " + " ".join(f"a{i}: output" for i in range(11)) + " } }", "at most 10 aliases"),
            ("{ test { " + "output " * 1001 + " } }", "Query exceeds maximum total selections of 1000"),
            ("{ ...f } fragment f on Query { ...f test { nothing } }", "Cannot query field 'nothing'"),
        ]:
            with self.subTest(query[:60]):
                errors = self.graphql(query)["errors"] or [""]
                self.assertIn(words, errors[0])
        self.assert_answer(raw("POST", "/graphql", json={}), 400, "INVALID_PARAMETER_VALUE", "query")
        self.assertEqual(raw("POST", "/graphql", token=None, json={"query": '{ mlflowGetRun(input: {runId: "x"}) { run { info { runId } } } }'}).status_code, 401)

    def test_datasets_of_experiments(self):
        experiment = self.new_experiment()
        run_id = self.new_run(experiment)
        inputs = [DatasetInput(Dataset("a", "1", "s", "s"), [InputTag("mlflow.data.context", "train")]), DatasetInput(Dataset("b", "2", "s", "s"), [])]
        self.client.log_inputs(run_id, inputs)
        path = f"{AJAX}/experiments/search-datasets"
        summaries = raw("POST", path, json={"experiment_ids": [experiment]}).json()["dataset_summaries"]
        self.assertCountEqual(
            summaries,
            [
                {"experiment_id": experiment, "name": "a", "digest": "1", "context": "train"},
                {"experiment_id": experiment, "name": "b", "digest": "2"},
            ],
        )
        self.assert_answer(raw("POST", path, json={}), 400, "INVALID_PARAMETER_VALUE", "SearchDatasets request must specify at least one experiment_id.")
        many = {"experiment_ids": [str(number) for number in range(21)]}
        self.assert_answer(raw("POST", path, json=many), 400, "INVALID_PARAMETER_VALUE", "cannot specify more than 20 experiment_ids. Received 21")
        self.assertEqual(raw("POST", path, json={"experiment_ids": ["99999", "x"]}).json(), {})

    def test_small_uploads(self):
        run_id = self.new_run()

        def upload(data: bytes = b"x", **query):
            return raw("POST", f"{AJAX}/upload-artifact", params=query, data=data)

        self.assertEqual(upload(b"hello", run_uuid=run_id, path="a/b.txt").status_code, 200)
        file = raw("GET", "/get-artifact", params={"run_uuid": run_id, "path": "a/b.txt"})
        self.assertEqual((file.status_code, file.text), (200, "hello"))
        for query, words in [
            ({}, "Request must specify run_uuid."),
            ({"run_uuid": run_id}, "Request must specify path."),
            ({"run_uuid": run_id, "path": "../x"}, "Invalid path"),
            ({"run_uuid": run_id, "path": "%2e%2e/x"}, "Invalid path"),
        ]:
            self.assert_answer(upload(**query), 400, "INVALID_PARAMETER_VALUE", words)
        self.assert_answer(upload(b"", run_uuid=run_id, path="x"), 400, "INVALID_PARAMETER_VALUE", "Request must specify data.")
        self.assert_answer(upload(bytes(10 * 2**20 + 1), run_uuid=run_id, path="x"), 400, "INVALID_PARAMETER_VALUE", "too large")
        self.assert_answer(upload(run_uuid="nope", path="x"), 404, "RESOURCE_DOES_NOT_EXIST", "Run with id=nope not found")
        directory = raw("GET", "/get-artifact", params={"run_uuid": run_id, "path": "a"})
        self.assert_answer(directory, 400, "INVALID_PARAMETER_VALUE", "Artifact path refers to a directory, not a file")
        slashes = raw("GET", "//get-artifact", params={"run_uuid": run_id, "path": "../x"})
        self.assert_answer(slashes, 400, "INVALID_PARAMETER_VALUE", "Invalid path")

    def test_tries_of_prompts(self):
        path = f"{AJAX}/runs/create-promptlab-run"
        whole = {
            "experiment_id": self.new_experiment(),
            "prompt_template": "Say {{ word }}",
            "prompt_parameters": [{"key": "word", "value": "hi"}],
            "model_route": "route",
            "model_input": "Say hi",
            "mlflow_version": "1.0.0",
        }
        for name in whole:
            some = {key: value for key, value in whole.items() if key != name}
            self.assert_answer(raw("POST", path, json=some), 400, "INVALID_PARAMETER_VALUE", f"CreatePromptlabRun request must specify {name}.")
        run = raw("POST", path, json={**whole, "model_output": "hi", "start_time": 5, "run_name": "try"}).json()["run"]
        self.assertEqual((run["info"]["status"], run["info"]["start_time"], run["info"]["run_name"]), ("FINISHED", 5, "try"))
        self.assertIn({"key": "model_route", "value": "route"}, run["data"]["params"])
        table = raw("GET", "/get-artifact", params={"run_uuid": run["info"]["run_id"], "path": "eval_results_table.json"}).json()
        self.assertEqual(table, {"columns": ["word", "prompt", "output"], "data": [["hi", "Say hi", "hi"]]})

    def test_there_is_no_gateway(self):
        path = f"{AJAX}/gateway-proxy"
        self.assertEqual(raw("GET", path, params={"gateway_path": "api/2.0/endpoints/"}).json(), {"endpoints": []})
        self.assert_answer(raw("POST", path, json={"gateway_path": "foo/bar"}), 400, "INVALID_PARAMETER_VALUE", "Invalid gateway_path: foo/bar for method: POST")
        self.assert_answer(raw("GET", path), 400, "INVALID_PARAMETER_VALUE", "Deployments proxy request must specify a gateway_path.")

    def test_models_remember_their_versions_and_runs_elsewhere(self):
        experiment = self.new_experiment()
        model = self.client.create_logged_model(experiment, source_run_id="123")
        self.assertEqual(self.client.get_logged_model(model.model_id).source_run_id, "123")
        name = unique("noted")
        self.client.create_registered_model(name)
        for _ in range(2):
            self.client.create_model_version(name, model.artifact_location, model_id=model.model_id)
        tag = json.loads(self.client.get_logged_model(model.model_id).tags["mlflow.modelVersions"])
        self.assertEqual(tag, [{"name": name, "version": 1}, {"name": name, "version": 2}])
        self.assert_refused("RESOURCE_DOES_NOT_EXIST", "Logged model with ID 'm-x' not found", self.client.create_model_version, name, "s3://b/x", model_id="m-x")
        self.assertEqual(self.client.create_model_version(name, "runs:/elsewhere/model", "elsewhere").run_id, "elsewhere")
        self.assertTrue(self.client.get_experiment(self.new_experiment(artifact_location="some/where")).artifact_location.endswith("/some/where"))
