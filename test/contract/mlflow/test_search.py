"""Searches on the server, held against MLflow's own implementation of the same words."""

import math
import random

from mlflow.entities import Metric, Param, RunTag
from mlflow.exceptions import MlflowException
from mlflow.utils.search_utils import SearchUtils
from support import Case, newest

FILTERS = [
    "metrics.acc > 0.5", "metrics.acc >= 0.5", "metrics.acc = 0.5", "metrics.acc != 0.5", "metrics.acc < 0.25",
    "metrics.acc <= 0.25", "metrics.`a b` > -1", 'metrics."x/y" > 0', "metrics.acc > -1e-3 AND metrics.loss < 100",
    "params.lr = '0.1'", "params.lr != '0.1'", "params.lr LIKE '0.%'", "params.lr ILIKE '%A%'", "params.lr LIKE '%A%'",
    "params.lr IS NULL", "params.lr IS NOT NULL", "tags.team = 'a_b'", "tags.team LIKE 'a_b'", "tags.team != 'a_b'",
    "tags.team IS NULL", "tags.`we ird` = 'x'", "tags.team ILIKE 'A%' and params.lr IS NOT NULL", "status = 'RUNNING'",
    "status != 'RUNNING'", "attributes.status LIKE 'FIN%'", "run_name = 'run-3'", "run_name LIKE 'run-1%'",
    "run_name ILIKE 'RUN-1%'", "start_time > 1005", "start_time >= 1005 AND start_time != 1007", "created <= 1003",
    "end_time > 0", "user_id = 'bob'", "artifact_uri LIKE '%artifacts'", "run_id IN ('{0}', '{1}')",
    "run_id NOT IN ('{0}')", "run_id = '{2}'", "run_id != '{2}'", "AND status = 'RUNNING' AND", "metrics.none > 0",
    "metrics.none != 0", "metrics.nan > 0", "metrics.nan != 0", "metrics.nan < 0",
    "params.x = 'it''s'", "tags.quote = \"it's\"",
]
BROKEN = [
    "metrics.acc > '0.5'", "params.lr = 0.1", "metrics.acc > 1 OR metrics.acc < 0", "no_such = 'x'", "status IN ('a')",
    "metrics.acc == 1", "params.lr > '1'", "(status = 'RUNNING')", "metrics.a IS NULL", "run_id IN ()", "run_id IN (1)",
    "metrics.a > NaN", "start_time = 'x'", "status = RUNNING", "metrics.a BETWEEN 1 AND 2", "  ", "a", "params.x LIKE 5",
    "metrics.a > 1; metrics.b > 2", "Metrics.a > 1", "dataset.nothing = 'x'", "params.x = `v`",
]
ORDERS = [
    [], ["metrics.acc DESC"], ["metrics.acc"], ["metrics.nan ASC"], ["params.lr DESC", "metrics.acc"], ["tags.team"],
    ["start_time ASC"], ["attributes.start_time DESC"], ["run_name"], ["status", "metrics.loss DESC"], ["end_time"],
]


class Search(Case):
    @classmethod
    def setUpClass(cls):
        case = cls()
        case.setUp()
        chance = random.Random(7)
        cls.experiment = case.new_experiment()
        cls.ids = []
        for index in range(24):
            run = case.client.create_run(cls.experiment, start_time=1000 + index, run_name=f"run-{index}")
            run_id = run.info.run_id
            cls.ids.append(run_id)
            metrics = [Metric("loss", chance.random() * 10, 1, 0), Metric("a b", index - 5, 1, 0)]
            if index % 5:
                metrics.append(Metric("acc", round(chance.random() * 4) / 4, 1, 0))
            if index % 3 == 0:
                metrics.append(Metric("nan", math.nan if index % 2 else index - 6, 1, 0))
            if index % 4 == 0:
                metrics.append(Metric("x/y", index, 1, 0))
            params = [Param("lr", chance.choice(["0.1", "0.01", "A1", "a1"]))] if index % 6 else []
            tags = [RunTag("team", chance.choice(["a_b", "aXb", "A_b", "b"]))] if index % 7 else []
            case.client.log_batch(run_id, metrics=metrics, params=params, tags=tags + [RunTag("we ird", "x"), RunTag("quote", "it's")])
            if index % 2:
                case.client.set_terminated(run_id, chance.choice(["FINISHED", "FAILED"]), end_time=2000 - index)
        cls.runs = list(case.client.search_runs([cls.experiment], max_results=1000))

    def test_everything_is_there(self):
        self.assertEqual([run.info.run_id for run in self.runs], list(reversed(self.ids)))

    def test_filters(self):
        for template in FILTERS:
            text = template.format(*self.ids[3:6])
            with self.subTest(text):
                expected = {run.info.run_id for run in SearchUtils.filter(self.runs, text)}
                found = {run.info.run_id for run in self.client.search_runs([self.experiment], text)}
                self.assertEqual(found, expected)

    def test_generated_filters(self):
        chance = random.Random(11)
        for _ in range(60):
            text = " and ".join(self.clause(chance) for _ in range(chance.randint(1, 3)))
            with self.subTest(text):
                expected = {run.info.run_id for run in SearchUtils.filter(self.runs, text)}
                found = {run.info.run_id for run in self.client.search_runs([self.experiment], text)}
                self.assertEqual(found, expected)

    def clause(self, chance: random.Random) -> str:
        kind = chance.randrange(4)
        if kind == 0:
            key = chance.choice(["acc", "loss", "nan", "`a b`", '"x/y"', "none"])
            return f"metrics.{key} {chance.choice(['<', '<=', '=', '!=', '>=', '>'])} {chance.choice(['0.5', '-1', '3', '1e1', '.25'])}"
        comparator = chance.choice(["=", "!=", "LIKE", "ilike"])
        if kind == 1:
            return f"{chance.choice(['params', 'param', 'parameter'])}.lr {comparator} '{chance.choice(['0.1', '0%', 'a_', '%1'])}'"
        if kind == 2:
            return f"tags.team {comparator} \"{chance.choice(['a_b', 'A%', '_', '%b'])}\""
        return f"start_time {chance.choice(['<', '>=', '!='])} {1000 + chance.randrange(24)}"

    @newest
    def test_broken_filters(self):
        for text in BROKEN:
            with self.subTest(text):
                with self.assertRaises(MlflowException) as theirs:
                    SearchUtils.filter(self.runs, text)
                with self.assertRaises(MlflowException) as ours:
                    self.client.search_runs([self.experiment], text)
                self.assertEqual(ours.exception.error_code, "INVALID_PARAMETER_VALUE")
                # Where theirs lists a set, its order is chance.
                self.assertEqual(words(ours.exception), words(theirs.exception))

    def test_orders_and_pages(self):
        for order in ORDERS:
            with self.subTest(order):
                expected = [run.info.run_id for run in SearchUtils.sort(self.runs, order)]
                for size in (1000, 7):
                    found, token = [], None
                    while True:
                        page = self.client.search_runs([self.experiment], order_by=order, max_results=size, page_token=token)
                        found += [run.info.run_id for run in page]
                        token = page.token
                        if not token:
                            break
                    self.assertEqual(found, expected)


def words(error: MlflowException) -> str:
    text = error.message.removeprefix("INVALID_PARAMETER_VALUE: ")
    return text.split("{")[0].split(" not one of ")[0]
