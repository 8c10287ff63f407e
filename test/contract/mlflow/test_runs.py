import math
import time

import mlflow
from mlflow.entities import Metric, Param, RunTag, ViewType
from support import Case, raw, unique

DOCS = " See the API docs for more information about request parameters."


class Experiments(Case):
    def test_default_experiment_is_zero(self):
        experiment = self.client.get_experiment("0")
        self.assertEqual((experiment.name, experiment.lifecycle_stage), ("Default", "active"))
        self.assertEqual(self.client.get_experiment_by_name("Default").experiment_id, "0")

    def test_life_of_an_experiment(self):
        name = unique("life")
        experiment_id = self.client.create_experiment(name, tags={"team": "vision"})
        self.assert_refused(
            "RESOURCE_ALREADY_EXISTS", f"Experiment(name={name}) already exists", self.client.create_experiment, name
        )
        self.client.set_experiment_tag(experiment_id, "team", "audio")
        self.client.set_experiment_tag(experiment_id, "more", "x")
        self.client.delete_experiment_tag(experiment_id, "more")
        self.assertEqual(self.client.get_experiment(experiment_id).tags, {"team": "audio"})
        self.client.rename_experiment(experiment_id, f"{name}-new")
        self.assertEqual(self.client.get_experiment(experiment_id).name, f"{name}-new")
        run_id = self.new_run(experiment_id)
        self.client.delete_experiment(experiment_id)
        self.assertEqual(self.client.get_run(run_id).info.lifecycle_stage, "deleted")
        self.assert_refused(
            "INVALID_PARAMETER_VALUE", "must be in the 'active' state", self.client.create_run, experiment_id
        )
        self.client.restore_experiment(experiment_id)
        self.assertEqual(self.client.get_run(run_id).info.lifecycle_stage, "active")

    def test_unknown_experiment(self):
        self.assert_refused("RESOURCE_DOES_NOT_EXIST", "No Experiment with id=987654", self.client.get_experiment, "987654")
        self.assertIsNone(self.client.get_experiment_by_name(unique("none")))

    def test_search_pages_and_filters(self):
        mark = unique("search")
        ids = [self.client.create_experiment(f"{mark}-{i}", tags={"mark": mark, "i": str(i)}) for i in range(5)]
        found, token = [], None
        while True:
            page = self.client.search_experiments(
                filter_string=f"tags.mark = '{mark}'", order_by=["name ASC"], max_results=2, page_token=token
            )
            found += [one.experiment_id for one in page]
            token = page.token
            if not token:
                break
        self.assertEqual(found, ids)
        named = self.client.search_experiments(filter_string=f"name LIKE '{mark}-%' AND tags.i != '3'")
        self.assertEqual({one.experiment_id for one in named}, set(ids) - {ids[3]})
        self.client.delete_experiment(ids[0])
        deleted = self.client.search_experiments(ViewType.DELETED_ONLY, filter_string=f"tags.mark = '{mark}'")
        self.assertEqual([one.experiment_id for one in deleted], ids[:1])

    def test_locations_that_are_refused(self):
        for location in ("http://169.254.169.254/latest", "ftp://host/x", "runs:/abc/x", "mlflow-artifacts://host/x",
                         "mlflow-artifacts:/../../x", "s3://b/x#frag", "s3://b/x?a=%2e%2e/"):
            with self.subTest(location):
                self.assert_refused(
                    "INVALID_PARAMETER_VALUE", "", self.client.create_experiment, unique("bad"), location
                )

    def test_an_outside_location_is_text(self):
        experiment_id = self.client.create_experiment(unique("s3"), "s3://bucket/some/where")
        run = self.client.create_run(experiment_id)
        self.assertEqual(run.info.artifact_uri, f"s3://bucket/some/where/{run.info.run_id}/artifacts")


class Runs(Case):
    def test_fluent_run(self):
        name = unique("fluent")
        mlflow.set_experiment(name)
        with mlflow.start_run(run_name="parent") as parent:
            mlflow.log_params({"lr": 0.1, "layers": [1, 2]})
            mlflow.log_metric("loss", 0.5, step=1)
            mlflow.log_metrics({"acc": 0.9, "f1": 0.8}, step=3)
            mlflow.set_tags({"team": "vision"})
            with mlflow.start_run(run_name="child", nested=True) as child:
                mlflow.log_metric("loss", 1)
        run = self.client.get_run(parent.info.run_id)
        self.assertEqual(run.info.status, "FINISHED")
        self.assertGreaterEqual(run.info.end_time, run.info.start_time)
        self.assertEqual(run.data.params, {"lr": "0.1", "layers": "[1, 2]"})
        self.assertEqual(run.data.metrics, {"loss": 0.5, "acc": 0.9, "f1": 0.8})
        self.assertEqual((run.data.tags["team"], run.data.tags["mlflow.runName"]), ("vision", "parent"))
        children = mlflow.search_runs(
            experiment_names=[name],
            filter_string=f"tags.mlflow.parentRunId = '{parent.info.run_id}'",
            output_format="list",
        )
        self.assertEqual([one.info.run_id for one in children], [child.info.run_id])

    def test_name_and_tag_are_one(self):
        run_id = self.new_run(run_name="first")
        self.client.update_run(run_id, name="second")
        self.assertEqual(self.client.get_run(run_id).data.tags["mlflow.runName"], "second")
        self.client.set_tag(run_id, "mlflow.runName", "third")
        self.assertEqual(self.client.get_run(run_id).info.run_name, "third")
        self.assertTrue(self.client.get_run(self.new_run()).info.run_name)
        self.assert_refused(
            "INVALID_PARAMETER_VALUE", "Both 'run_name' argument and 'mlflow.runName' tag are specified",
            self.new_run, run_name="a", tags={"mlflow.runName": "b"},
        )

    def test_status(self):
        run_id = self.new_run()
        self.assertEqual(self.client.get_run(run_id).info.status, "RUNNING")
        self.client.set_terminated(run_id, "FAILED", end_time=123456)
        info = self.client.get_run(run_id).info
        self.assertEqual((info.status, info.end_time), ("FAILED", 123456))
        self.client.update_run(run_id, status="RUNNING")
        self.assertEqual(self.client.get_run(run_id).info.status, "RUNNING")

    def test_deleted_and_restored(self):
        run_id = self.new_run()
        self.client.delete_run(run_id)
        for call in (
            lambda: self.client.log_metric(run_id, "m", 1),
            lambda: self.client.set_tag(run_id, "a", "b"),
            lambda: self.client.log_param(run_id, "p", 1),
            lambda: self.client.log_batch(run_id, metrics=[Metric("m", 1, 1, 0)]),
        ):
            self.assert_refused(
                "INVALID_PARAMETER_VALUE",
                f"The run {run_id} must be in the 'active' state. Current state is deleted.",
                call,
            )
        self.client.restore_run(run_id)
        self.client.log_metric(run_id, "m", 1)

    def test_unknown_run(self):
        for run_id in ("0" * 32, "no-such-run"):
            self.assert_refused("RESOURCE_DOES_NOT_EXIST", f"Run with id={run_id} not found", self.client.get_run, run_id)
            self.assert_refused(
                "RESOURCE_DOES_NOT_EXIST", f"Run with id={run_id} not found", self.client.log_metric, run_id, "m", 1
            )

    def test_numbers_that_json_lacks(self):
        run_id = self.new_run()
        for key, value in {"nan": math.nan, "inf": math.inf, "neg": -math.inf, "tiny": 5e-324, "big": 1.7e308}.items():
            self.client.log_metric(run_id, key, value)
        metrics = self.client.get_run(run_id).data.metrics
        self.assertTrue(math.isnan(metrics["nan"]))
        self.assertEqual((metrics["inf"], metrics["neg"]), (1.7976931348623157e308, -1.7976931348623157e308))
        self.assertEqual((metrics["tiny"], metrics["big"]), (5e-324, 1.7e308))
        self.assertTrue(math.isnan(self.client.get_metric_history(run_id, "nan")[0].value))
        bare = '{"run_id": "%s", "key": "bare", "value": NaN, "timestamp": 1}' % run_id
        response = raw("POST", "/api/2.0/mlflow/runs/log-metric", data=bare, headers={"Content-Type": "application/json"})
        self.assertEqual(response.status_code, 200, response.text)
        self.assertTrue(math.isnan(self.client.get_run(run_id).data.metrics["bare"]))

    def test_latest_metric_is_of_the_greatest_step(self):
        run_id = self.new_run()
        for value, timestamp, step in ((1, 40, 3), (2, 50, 3), (3, 45, 3), (4, 99, -3), (1.5, 50, 3)):
            self.client.log_metric(run_id, "m", value, timestamp=timestamp, step=step)
        self.assertEqual(self.client.get_run(run_id).data.metrics["m"], 2)
        self.assertEqual(len(self.client.get_metric_history(run_id, "m")), 5)
        self.client.log_metric(run_id, "m", 2, timestamp=50, step=3)
        self.assertEqual(len(self.client.get_metric_history(run_id, "m")), 5)

    def test_history_in_pages(self):
        run_id = self.new_run()
        self.client.log_batch(run_id, metrics=[Metric("m", i, i, i) for i in range(500)])
        pages, token = [], None
        while True:
            query = {"run_id": run_id, "metric_key": "m", "max_results": 200, "page_token": token}
            body = raw("GET", "/api/2.0/mlflow/metrics/get-history", params=query).json()
            pages.append([point["value"] for point in body["metrics"]])
            token = body.get("next_page_token")
            if not token:
                break
        self.assertEqual([len(page) for page in pages], [200, 200, 100])
        self.assertEqual(sum(pages, []), list(range(500)))
        query = {"run_ids": [run_id], "metric_key": "m", "max_results": 25}
        body = raw("GET", "/api/2.0/mlflow/metrics/get-history-bulk-interval", params=query).json()
        steps = [point["step"] for point in body["metrics"]]
        self.assertEqual((len(steps), steps[0], steps[-1]), (26, 0, 499))
        query = {"run_id": [run_id], "metric_key": "m"}
        body = raw("GET", "/ajax-api/2.0/mlflow/metrics/get-history-bulk", params=query).json()
        self.assertEqual(len(body["metrics"]), 500)

    def test_params_are_written_once(self):
        run_id = self.new_run()
        self.client.log_param(run_id, "lr", 1)
        self.client.log_param(run_id, "lr", 1)
        self.assert_refused(
            "INVALID_PARAMETER_VALUE",
            f"Changing param values is not allowed. Param with key='lr' was already logged with value='1' "
            f"for run ID='{run_id}'. Attempted logging new value '2'.",
            self.client.log_param, run_id, "lr", 2,
        )
        self.assert_refused(
            "INVALID_PARAMETER_VALUE", "Changing param values is not allowed. Params were already logged=",
            self.client.log_batch, run_id, metrics=[Metric("m", 1, 1, 1)],
            params=[Param("lr", "3"), Param("new", "x")], tags=[RunTag("t", "x")],
        )
        run = self.client.get_run(run_id)
        self.assertEqual((run.data.params, run.data.metrics), ({"lr": "1"}, {}))
        self.assertNotIn("t", run.data.tags)
        self.client.log_param(run_id, "long", "x" * 7000)
        self.assertEqual(len(self.client.get_run(run_id).data.params["long"]), 6000)

    def test_tags(self):
        run_id = self.new_run()
        self.client.set_tag(run_id, "a", "1")
        self.client.set_tag(run_id, "a", "2")
        self.client.delete_tag(run_id, "a")
        self.assertNotIn("a", self.client.get_run(run_id).data.tags)
        self.assert_refused(
            "RESOURCE_DOES_NOT_EXIST", f"No tag with name: a in run with id {run_id}", self.client.delete_tag, run_id, "a"
        )

    def test_batch_limits(self):
        run_id = self.new_run()
        cases = (
            ({"metrics": [Metric("m", i, i, i) for i in range(1001)]}, "at most 1000 metrics. Got 1001 metrics."),
            ({"params": [Param(f"p{i}", "x") for i in range(101)]}, "at most 100 params. Got 101 params."),
            ({"tags": [RunTag(f"t{i}", "x") for i in range(101)]}, "at most 100 tags. Got 101 tags."),
            ({"metrics": [Metric("m", i, i, i) for i in range(950)], "params": [Param(f"p{i}", "x") for i in range(51)]},
             "at most 1000 metrics, params, and tags. Got 1001 metrics, params, and tags."),
        )
        for batch, words in cases:
            body = {
                "run_id": run_id,
                "metrics": [dict(metric) for metric in batch.get("metrics", [])],
                "params": [dict(param) for param in batch.get("params", [])],
                "tags": [dict(tag) for tag in batch.get("tags", [])],
            }
            with self.subTest(words):
                response = raw("POST", "/api/2.0/mlflow/runs/log-batch", json=body)
                self.assert_answer(response, 400, "INVALID_PARAMETER_VALUE", words)
        self.assertEqual(self.client.get_run(run_id).data.metrics, {})
        self.assert_refused(
            "INVALID_PARAMETER_VALUE", "Duplicate parameter keys have been submitted: ['p']",
            self.client.log_batch, run_id, params=[Param("p", "1"), Param("p", "2")],
        )

    def test_dataset_inputs(self):
        import pandas

        data = mlflow.data.from_pandas(pandas.DataFrame({"x": [1, 2]}), name="points")
        mlflow.set_experiment(unique("datasets"))
        with mlflow.start_run() as run:
            mlflow.log_input(data, context="training")
        [found] = self.client.get_run(run.info.run_id).inputs.dataset_inputs
        self.assertEqual((found.dataset.name, found.tags[0].value), ("points", "training"))
        matches = mlflow.search_runs(
            [run.info.experiment_id],
            "datasets.name = 'points' AND dataset.context IN ('training')",
            output_format="list",
        )
        self.assertEqual([one.info.run_id for one in matches], [run.info.run_id])


class Messages(Case):
    """Words and codes that clients and their users depend on."""

    def test_wrong_types(self):
        run_id = self.new_run()
        path = "/api/2.0/mlflow/runs/log-metric"
        cases = (
            ({"run_id": 31}, "Invalid value 31 for parameter 'run_id' supplied:  Hint: Value was of type 'int'." + DOCS),
            ({"run_id": run_id, "key": 9.0, "value": 1, "timestamp": 1},
             "Invalid value 9.0 for parameter 'key' supplied:  Hint: Value was of type 'float'." + DOCS),
            ({"run_id": run_id, "value": 1, "timestamp": 1}, "Missing value for required parameter 'key'." + DOCS),
            ({"run_id": run_id, "key": "k", "timestamp": 1}, "Missing value for required parameter 'value'." + DOCS),
            ({"run_id": run_id, "key": "k", "value": "abc", "timestamp": 1}, "Invalid value \"abc\" for parameter 'value'"),
            ({"run_id": run_id, "key": "k", "value": 1, "timestamp": "x"}, "Invalid value \"x\" for parameter 'timestamp'"),
            ({"run_id": run_id, "key": "a/../b", "value": 1, "timestamp": 1}, "must not resolve to other names"),
            ({"run_id": run_id, "key": "a,b", "value": 1, "timestamp": 1}, "Names may only contain alphanumerics"),
            ({"run_id": run_id, "key": "k" * 251, "value": 1, "timestamp": 1}, "exceeds the maximum length of 250"),
            ({"run_id": run_id, "key": "k", "value": 1, "timestamp": -1}, "Timestamp must be a nonnegative long"),
        )
        for body, words in cases:
            with self.subTest(body):
                self.assert_answer(raw("POST", path, json=body), 400, "INVALID_PARAMETER_VALUE", words)

    def test_exact_int64(self):
        run_id = self.new_run()
        body = {"run_id": run_id, "key": "k", "value": 1, "timestamp": 2**62 + 1, "step": -(2**62)}
        self.assertEqual(raw("POST", "/api/2.0/mlflow/runs/log-metric", json=body).status_code, 200)
        body["timestamp"] = 2**63
        self.assert_answer(
            raw("POST", "/api/2.0/mlflow/runs/log-metric", json=body), 400, "INVALID_PARAMETER_VALUE",
            "Invalid value 9223372036854775808 for parameter 'timestamp'",
        )

    def test_unknown_endpoints(self):
        for path in ("/api/2.0/mlflow/nothing", "/api/3.0/mlflow/nothing", "/ajax-api/2.0/preview/x"):
            self.assert_answer(raw("POST", path, json={}), 404, "ENDPOINT_NOT_FOUND")

    def test_search_limits(self):
        response = raw("POST", "/api/2.0/mlflow/runs/search", json={"experiment_ids": ["0"], "max_results": 50001})
        self.assert_answer(response, 400, "INVALID_PARAMETER_VALUE", "Invalid value 50001 for parameter 'max_results'")
        response = raw("POST", "/api/2.0/mlflow/runs/search", json={"experiment_ids": ["x"]})
        self.assert_answer(response, 400, "INVALID_PARAMETER_VALUE", "Invalid experiment ID 'x'")
        response = raw("POST", "/api/2.0/mlflow/runs/search", json={"experiment_ids": ["0"], "page_token": "???"})
        self.assert_answer(response, 400, "INVALID_PARAMETER_VALUE", "Invalid page token")

    def test_probes(self):
        self.assertEqual(raw("GET", "/health", token=None).text, "OK")
        self.assertEqual(raw("GET", "/version", token=None).text, "3.17.2")
        info = raw("GET", "/api/3.0/mlflow/server-info", token=None).json()
        self.assertEqual(info["store_type"], "SqlStore")

    def test_text_that_postgresql_lacks(self):
        run_id = self.new_run()
        response = raw("POST", "/api/2.0/mlflow/runs/set-tag", json={"run_id": run_id, "key": "a", "value": "x\0y"})
        self.assert_answer(response, 400, "INVALID_PARAMETER_VALUE")
        self.client.set_tag(run_id, "emoji", "☃😀")
        self.assertEqual(self.client.get_run(run_id).data.tags["emoji"], "☃😀")

    def test_times_are_those_of_the_client(self):
        start = int(time.time() * 1000) - 5000
        run = self.client.create_run("0", start_time=start)
        self.assertEqual(run.info.start_time, start)
