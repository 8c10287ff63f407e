import os
import sys

import mlflow
import pandas
from mlflow.models import ModelSignature
from mlflow.types import ColSpec, Schema
from support import Case, unique


class Adder(mlflow.pyfunc.PythonModel):
    def load_context(self, context):
        with open(context.artifacts["offset"]) as opened:
            self.offset = float(opened.read())

    def predict(self, context, model_input, params=None):
        from adding import add

        return add(model_input["x"], self.offset + (params or {}).get("more", 0.0))


class Pyfunc(Case):
    def test_a_model_of_ones_own_with_code_and_artifacts(self):
        code = self.file("code/adding.py", "def add(values, offset):\n    return values + offset\n")
        offset = self.file("offset.txt", "2.5")
        name = unique("adder")
        with mlflow.start_run() as run:
            logged = mlflow.pyfunc.log_model(
                name="adder",
                python_model=Adder(),
                code_paths=[os.path.dirname(code)],
                artifacts={"offset": offset},
                signature=ModelSignature(Schema([ColSpec("double", "x")])),
                pip_requirements=["mlflow"],
            )
        self.client.create_registered_model(name)
        version = mlflow.register_model(logged.model_uri, name)
        self.assertEqual(int(version.version), 1)
        loaded = mlflow.pyfunc.load_model(f"models:/{name}/1")
        self.assertTrue(any(path.endswith("code") for path in sys.path))
        sys.path.insert(0, os.path.dirname(code))
        frame = pandas.DataFrame({"x": [1.0, 2.0]})
        self.assertEqual(list(loaded.predict(frame)), [3.5, 4.5])
        self.assertEqual(run.info.run_id, self.client.get_model_version(name, "1").run_id)

    def test_download_of_a_directory(self):
        with mlflow.start_run() as run:
            mlflow.log_text("one", "notes/a.txt")
            mlflow.log_text("two", "notes/deep/b.txt")
        local = self.client.download_artifacts(run.info.run_id, "notes", self.directory.name)
        with open(os.path.join(local, "deep", "b.txt")) as opened:
            self.assertEqual(opened.read(), "two")
        again = mlflow.artifacts.download_artifacts(artifact_uri=f"runs:/{run.info.run_id}/notes/a.txt")
        with open(again) as opened:
            self.assertEqual(opened.read(), "one")
