import mlflow
import numpy
import xgboost
from support import Case, iris, unique


class Xgboost(Case):
    def test_autolog_and_load(self):
        inputs, labels = iris()
        mlflow.xgboost.autolog()
        data = xgboost.DMatrix(inputs, label=labels)
        parameters = {"objective": "multi:softprob", "num_class": 3, "eval_metric": "mlogloss", "nthread": 1}
        with mlflow.start_run() as run:
            booster = xgboost.train(parameters, data, num_boost_round=5, evals=[(data, "train")], verbose_eval=False)
        found = self.client.get_run(run.info.run_id)
        self.assertEqual(found.data.params["num_boost_round"], "5")
        history = self.client.get_metric_history(run.info.run_id, "train-mlogloss")
        self.assertEqual([point.step for point in history], [0, 1, 2, 3, 4])
        self.assertIn("feature_importance_weight.json", self.paths(run.info.run_id))
        [model] = self.client.search_logged_models([self.experiment])
        name = unique("boosted")
        mlflow.register_model(f"models:/{model.model_id}", name)
        self.client.set_registered_model_alias(name, "live", "1")
        loaded = mlflow.xgboost.load_model(f"models:/{name}@live")
        numpy.testing.assert_allclose(loaded.predict(data), booster.predict(data))
