"""What the tests of flavours share."""

import os
import tempfile
import unittest
import uuid

import mlflow
import numpy
import pandas
from mlflow import MlflowClient
from sklearn.datasets import load_iris


def unique(prefix: str) -> str:
    return f"{prefix}-{uuid.uuid4().hex[:12]}"


def iris() -> tuple[pandas.DataFrame, numpy.ndarray]:
    loaded = load_iris(as_frame=True)
    return loaded.data, loaded.target.to_numpy()


class Case(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.client = MlflowClient()
        self.experiment = mlflow.set_experiment(unique("flavours")).experiment_id
        self.directory = tempfile.TemporaryDirectory()
        self.addCleanup(self.directory.cleanup)

    def tearDown(self):
        while mlflow.active_run() is not None:
            mlflow.end_run()
        mlflow.autolog(disable=True)

    def file(self, name: str, text: str) -> str:
        path = os.path.join(self.directory.name, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w") as opened:
            opened.write(text)
        return path

    def runs(self) -> list:
        return list(self.client.search_runs([self.experiment]))

    def paths(self, run_id: str, directory: str | None = None) -> list[str]:
        found = []
        for entry in self.client.list_artifacts(run_id, directory):
            found += self.paths(run_id, entry.path) if entry.is_dir else [entry.path]
        return sorted(found)
