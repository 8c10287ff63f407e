"""What the tests of the MLflow adapter share. Each test makes experiments and models of its own."""

import os
import unittest
import uuid

import mlflow
import requests
from mlflow import MlflowClient
from mlflow.exceptions import MlflowException

newest = unittest.skipUnless(
    tuple(int(part) for part in mlflow.__version__.split(".")[:2]) >= (3, 17), "older clients differ in this themselves"
)
URL = os.environ["MLFLOW_TRACKING_URI"]
TOKEN = os.environ["MLFLOW_TRACKING_TOKEN"]


def unique(prefix: str) -> str:
    return f"{prefix}-{uuid.uuid4().hex[:12]}"


def raw(method: str, path: str, token: str | None = TOKEN, **arguments) -> requests.Response:
    """A request as no client would send it."""
    headers = dict(arguments.pop("headers", {}))
    if token is not None:
        headers["Authorization"] = f"Bearer {token}"
    return requests.request(method, f"{URL}{path}", headers=headers, timeout=30, **arguments)


def raw_path(method: str, path: str) -> requests.Response:
    """Like raw, with a path that nothing has normalized."""
    request = requests.Request(method, URL, headers={"Authorization": f"Bearer {TOKEN}"}).prepare()
    request.url = f"{URL}{path}"
    return requests.Session().send(request, timeout=30)


class Case(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.client = MlflowClient()

    def new_experiment(self, **arguments) -> str:
        return self.client.create_experiment(unique("experiment"), **arguments)

    def new_run(self, experiment_id: str | None = None, **arguments) -> str:
        run = self.client.create_run(experiment_id or self.new_experiment(), **arguments)
        return run.info.run_id

    def assert_refused(self, code: str, words: str, call, *arguments, **keywords):
        with self.assertRaises(MlflowException) as caught:
            call(*arguments, **keywords)
        self.assertEqual(caught.exception.error_code, code, caught.exception.message)
        self.assertIn(words, caught.exception.message)

    def assert_answer(self, response: requests.Response, status: int, code: str | None, words: str = ""):
        self.assertEqual(response.status_code, status, response.text[:500])
        if code is not None:
            body = response.json()
            self.assertEqual(body["error_code"], code)
            self.assertIn(words, body["message"])
