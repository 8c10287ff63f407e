import mlflow
import numpy
from mlflow.models import infer_signature
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from support import Case, iris, unique


class Sklearn(Case):
    def test_log_register_and_load_by_alias(self):
        inputs, labels = iris()
        model = LogisticRegression(max_iter=200).fit(inputs, labels)
        name = unique("iris")
        with mlflow.start_run() as run:
            logged = mlflow.sklearn.log_model(
                model,
                name="model",
                signature=infer_signature(inputs, model.predict(inputs)),
                input_example=inputs[:2],
                registered_model_name=name,
            )
        self.assertEqual(self.client.get_logged_model(logged.model_id).source_run_id, run.info.run_id)
        self.client.set_registered_model_alias(name, "champion", "1")
        for uri in (f"models:/{name}@champion", f"models:/{name}/1", logged.model_uri, f"runs:/{run.info.run_id}/model"):
            with self.subTest(uri):
                loaded = mlflow.sklearn.load_model(uri)
                numpy.testing.assert_array_equal(loaded.predict(inputs), model.predict(inputs))
        generic = mlflow.pyfunc.load_model(f"models:/{name}@champion")
        self.assertEqual(generic.metadata.signature.inputs.input_names(), list(inputs.columns))
        numpy.testing.assert_array_equal(generic.predict(inputs), model.predict(inputs))
        version = self.client.get_model_version_by_alias(name, "champion")
        self.assertEqual((version.version, version.run_id), ("1", run.info.run_id))

    def test_autolog_of_a_grid_search(self):
        inputs, labels = iris()
        mlflow.sklearn.autolog(max_tuning_runs=3)
        with mlflow.start_run() as run:
            GridSearchCV(LogisticRegression(max_iter=200), {"C": [0.1, 1.0, 10.0]}, cv=2).fit(inputs, labels)
        parent = self.client.get_run(run.info.run_id)
        self.assertIn("best_cv_score", parent.data.metrics)
        self.assertEqual(parent.data.params["cv"], "2")
        self.assertIn("training_confusion_matrix.png", self.paths(run.info.run_id))
        self.assertEqual([one.dataset.name for one in parent.inputs.dataset_inputs], ["dataset"])
        children = self.client.search_runs([self.experiment], f"tags.mlflow.parentRunId = '{run.info.run_id}'")
        self.assertEqual(sorted(child.data.params["C"] for child in children), ["0.1", "1.0", "10.0"])
        self.assertTrue(all("mean_test_score" in child.data.metrics for child in children))
        models = self.client.search_logged_models([self.experiment])
        self.assertIn("best_estimator", {model.name for model in models})

    def test_autolog_of_everything(self):
        inputs, labels = iris()
        mlflow.autolog()
        LogisticRegression(max_iter=200).fit(inputs, labels)
        mlflow.end_run()
        [run] = self.runs()
        self.assertEqual(run.info.status, "FINISHED")
        self.assertEqual(run.data.params["max_iter"], "200")
        self.assertIn("training_score", run.data.metrics)
        [model] = self.client.search_logged_models([self.experiment])
        self.assertEqual(str(model.status), "READY")
