import mlflow
from mlflow.entities import Feedback
from mlflow.genai import datasets
from mlflow.genai.scorers import Guidelines, delete_scorer, get_scorer, list_scorers, scorer
from support import Case, unique


@scorer
def exact(outputs, expectations):
    return outputs == expectations["expected_response"]


@scorer
def size(outputs):
    return len(outputs)


@scorer
def picky(outputs):
    if outputs == "b":
        raise ValueError("not this one")
    return Feedback(value="yes", rationale="fine")


class GenAi(Case):
    def test_an_application_is_evaluated_on_a_dataset(self):
        name = unique("questions")
        dataset = datasets.create_dataset(name=name, experiment_id=[self.experiment], tags={"team": "maps"})
        dataset.merge_records(
            [
                {"inputs": {"q": "a"}, "expectations": {"expected_response": "A"}},
                {"inputs": {"q": "b"}, "expectations": {"expected_response": "B"}},
            ]
        )
        [found] = datasets.search_datasets(filter_string=f"name = '{name}'")
        self.assertEqual(len(datasets.get_dataset(dataset_id=found.dataset_id).to_df()), 2)

        @mlflow.trace
        def predict(q):
            return q.upper() if q == "a" else q

        result = mlflow.genai.evaluate(data=dataset, predict_fn=predict, scorers=[exact, size, picky])
        self.assertEqual(result.metrics["exact/mean"], 0.5)
        self.assertEqual(result.metrics["size/mean"], 1)
        traces = mlflow.search_traces(
            locations=[self.experiment], filter_string=f"run_id = '{result.run_id}'", return_type="list"
        )
        said = {
            trace.data.spans[0].inputs["q"]: {one.name: one for one in trace.info.assessments} for trace in traces
        }
        self.assertEqual({q: one["exact"].value for q, one in said.items()}, {"a": True, "b": False})
        self.assertEqual(said["a"]["picky"].rationale, "fine")
        self.assertEqual(said["b"]["picky"].error.error_message, "not this one")
        self.assertEqual(said["b"]["expected_response"].value, "B")

    def test_scorers_are_registered(self):
        name = unique("polite")
        Guidelines(name=name, guidelines=["Be polite."]).register()
        self.assertIn(name, [one.name for one in list_scorers()])
        self.assertEqual(get_scorer(name=name).guidelines, ["Be polite."])
        delete_scorer(name=name, version="all")
        self.assertNotIn(name, [one.name for one in list_scorers()])
