import mlflow
from mlflow.models import make_metric
from sklearn.linear_model import LogisticRegression
from support import Case, iris


class Evaluate(Case):
    def test_the_default_evaluator_of_a_classifier(self):
        inputs, labels = iris()
        data = inputs.assign(label=labels)
        dataset = mlflow.data.from_pandas(data, name="iris", targets="label")
        with mlflow.start_run() as run:
            model = LogisticRegression(max_iter=200).fit(inputs, labels)
            logged = mlflow.sklearn.log_model(model, name="model", input_example=inputs[:1])
            result = mlflow.models.evaluate(
                logged.model_uri,
                dataset,
                model_type="classifier",
                evaluators="default",
                evaluator_config={"log_model_explainability": False},
                extra_metrics=[
                    make_metric(
                        eval_fn=lambda predictions, targets, metrics: float((predictions == targets).mean()),
                        greater_is_better=True,
                        name="hits",
                    )
                ],
            )
        found = self.client.get_run(run.info.run_id)
        self.assertAlmostEqual(found.data.metrics["accuracy_score"], result.metrics["accuracy_score"])
        self.assertAlmostEqual(found.data.metrics["hits"], found.data.metrics["accuracy_score"])
        self.assertIn("confusion_matrix.png", self.paths(run.info.run_id))
        self.assertEqual([one.dataset.name for one in found.inputs.dataset_inputs], ["iris"])
        # Metrics that were computed for a model on a dataset stand with the model.
        metrics = self.client.get_logged_model(logged.model_id).metrics
        named = {metric.key: (metric.dataset_name, metric.run_id) for metric in metrics}
        self.assertEqual(named["accuracy_score"], ("iris", run.info.run_id))

    def test_of_predictions_that_were_made(self):
        inputs, labels = iris()
        model = LogisticRegression(max_iter=200).fit(inputs, labels)
        data = inputs.assign(label=labels, prediction=model.predict(inputs))
        with mlflow.start_run() as run:
            mlflow.evaluate(
                data=data,
                targets="label",
                predictions="prediction",
                model_type="classifier",
                evaluators="default",
                evaluator_config={"log_model_explainability": False},
            )
        self.assertGreater(self.client.get_run(run.info.run_id).data.metrics["accuracy_score"], 0.9)
