import json
import os
import time

import matplotlib
import mlflow
import numpy
import pandas
from mlflow.entities import DatasetInput
from PIL import Image
from support import Case

matplotlib.use("Agg")
from matplotlib import pyplot  # noqa: E402


class Logging(Case):
    def test_images_figures_tables_texts_and_dicts(self):
        figure, axes = pyplot.subplots()
        axes.plot([1, 2], [3, 4])
        pixels = numpy.zeros((4, 6, 3), dtype=numpy.uint8)
        with mlflow.start_run() as run:
            mlflow.log_figure(figure, "plots/line.png")
            mlflow.log_image(pixels, "images/black.png")
            mlflow.log_image(Image.fromarray(pixels + 255), key="white", step=3)
            mlflow.log_dict({"a": [1, 2]}, "deep/a.json")
            mlflow.log_dict({"b": 1}, "deep/b.yaml")
            mlflow.log_text("<b>bold</b>", "page.html")
            mlflow.log_table({"q": ["x", "y"], "a": [1, 2]}, "table.json")
            mlflow.log_table(pandas.DataFrame({"q": ["z"], "a": [3]}), "table.json")
        run_id = run.info.run_id
        self.assertEqual(mlflow.artifacts.load_dict(f"runs:/{run_id}/deep/a.json"), {"a": [1, 2]})
        self.assertEqual(mlflow.artifacts.load_text(f"runs:/{run_id}/page.html"), "<b>bold</b>")
        self.assertEqual(mlflow.artifacts.load_image(f"runs:/{run_id}/images/black.png").size, (6, 4))
        table = mlflow.load_table("table.json", run_ids=[run_id])
        self.assertEqual(list(table["a"]), [1, 2, 3])
        tables = json.loads(self.client.get_run(run_id).data.tags["mlflow.loggedArtifacts"])
        self.assertEqual(tables, [{"path": "table.json", "type": "table"}])
        images = [path for path in self.paths(run_id) if path.startswith("images/white")]
        self.assertEqual(len(images), 2, "an image and its thumbnail")

    def test_datasets(self):
        frame = pandas.DataFrame({"x": [1.0, 2.0], "y": [0, 1]})
        dataset = mlflow.data.from_pandas(frame, source="https://example.org/rows.csv", name="rows", targets="y")
        arrays = mlflow.data.from_numpy(numpy.arange(4), targets=numpy.arange(4))
        with mlflow.start_run() as run:
            mlflow.log_input(dataset, context="training")
            mlflow.log_input(arrays, context="validation")
        found: list[DatasetInput] = self.client.get_run(run.info.run_id).inputs.dataset_inputs
        contexts = {one.tags[0].value: one.dataset for one in found}
        self.assertEqual(contexts["training"].digest, dataset.digest)
        self.assertEqual(json.loads(contexts["training"].profile), {"num_rows": 2, "num_elements": 4})
        self.assertEqual(mlflow.data.get_source(contexts["training"]).url, "https://example.org/rows.csv")
        self.assertEqual(contexts["validation"].digest, arrays.digest)
        [same] = self.client.search_runs([self.experiment], f"datasets.digest = '{dataset.digest}'")
        self.assertEqual(same.info.run_id, run.info.run_id)

    def test_nested_runs(self):
        with mlflow.start_run(run_name="outer") as outer:
            for i in range(2):
                with mlflow.start_run(run_name=f"inner {i}", nested=True):
                    mlflow.log_metric("i", i)
                    with mlflow.start_run(run_name="innermost", nested=True):
                        mlflow.log_param("deep", i)
        self.assertEqual(len(self.runs()), 5)
        children = mlflow.search_runs([self.experiment], f"tags.mlflow.parentRunId = '{outer.info.run_id}'")
        self.assertEqual(sorted(children["metrics.i"]), [0, 1])

    def test_system_metrics(self):
        mlflow.set_system_metrics_sampling_interval(0.2)
        mlflow.set_system_metrics_samples_before_logging(1)
        self.addCleanup(mlflow.set_system_metrics_sampling_interval, None)
        self.addCleanup(mlflow.set_system_metrics_samples_before_logging, None)
        with mlflow.start_run(log_system_metrics=True) as run:
            until = time.monotonic() + 30
            while time.monotonic() < until:
                metrics = self.client.get_run(run.info.run_id).data.metrics
                if "system/cpu_utilization_percentage" in metrics:
                    break
                time.sleep(0.05)
        metrics = self.client.get_run(run.info.run_id).data.metrics
        self.assertIn("system/system_memory_usage_megabytes", metrics)
        self.assertTrue(self.client.get_metric_history(run.info.run_id, "system/cpu_utilization_percentage"))

    def test_a_run_that_fails(self):
        with self.assertRaises(ZeroDivisionError), mlflow.start_run():
            mlflow.log_artifact(self.file("a.txt", "a"))
            1 / 0
        [run] = self.runs()
        self.assertEqual(run.info.status, "FAILED")
        self.assertEqual(os.path.basename(self.paths(run.info.run_id)[0]), "a.txt")
