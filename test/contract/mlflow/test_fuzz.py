"""
Random filters and orders, right and wrong, held against the client's own parser and evaluator. FUZZ_COUNT strings of each
kind, from the seed FUZZ_SEED; a failure prints the strings.
"""

import os
import random
from typing import NamedTuple

from mlflow.entities import Metric, Param, RunTag
from mlflow.exceptions import MlflowException
from mlflow.utils.search_utils import (
    SearchExperimentsUtils,
    SearchLoggedModelsUtils,
    SearchModelUtils,
    SearchModelVersionUtils,
    SearchUtils,
)
from support import Case, unique

COUNT = int(os.environ.get("FUZZ_COUNT", "80"))
SEED = int(os.environ.get("FUZZ_SEED", "5"))
WORDS = ["a_b", "aXb", "A_b", "b", "it's", "ü", "", "0.1", "x y", "100%"]
PATTERNS = [*WORDS, "a%", "%b", "_", "%", "A_B", "%'%", "%.%"]
NUMBERS = ["0", "1", "-1", "2.5", ".5", "1e1", "-1E-1", "3.", "10", "0.0", "1_0", "0x1", "--1", "1 0"]
WHOLE = ["0", "1", "-1", "12", "1005", "1 0"]


class Kind(NamedTuple):
    """What can be searched: spellings of entities, attributes, and what may be compared with what."""

    texts: list
    numbers: list
    lists: list
    tags: list
    params: list = []
    metrics: list = []
    orders: list = []
    nulls: bool = False
    # Its parser leaves what is wrong with a comparator to a store, and fractions of times too.
    lazy: bool = False


RUNS = Kind(
    texts=["run_name", "attributes.run_name", "attribute.status", "run.user_id", "status", "artifact_uri", "run_id", "`run name`", "attr.run_name"],
    numbers=["start_time", "attributes.end_time", "created", "Created"],
    lists=["run_id", "attributes.run_id"],
    tags=["tags.team", "tag.team", "tags.`we ird`", 'tags."we ird"', "tags.none", "tags.a.b", "tags.`a.b`"],
    params=["params.lr", "param.lr", "parameter.lr", "parameters.`lr`", "params.none"],
    metrics=["metrics.acc", "metric.loss", "metrics.`a b`", 'metrics."x/y"', "metrics.none", "metrics.a.b"],
    orders=["run_name", "attributes.status", "start_time", "metrics.acc", "params.lr", "tags.team", "metrics.`a b`"],
    nulls=True,
)
EXPERIMENTS = Kind(
    texts=["name", "attribute.name", "attributes.name"],
    numbers=["creation_time", "attribute.last_update_time"],
    lists=[],
    tags=["tags.team", "tag.team", "tags.`we ird`", "tags.none"],
    orders=["name", "creation_time", "last_update_time"],
    nulls=True,
    lazy=True,
)
MODELS = Kind(
    texts=["name", "attribute.name"],
    numbers=["creation_timestamp"],
    lists=["name"],
    tags=["tags.team", "tag.team", "tags.`we ird`", "tags.none"],
    orders=["name", "last_updated_timestamp", "creation_timestamp"],
    lazy=True,
)
VERSIONS = Kind(
    texts=["name", "run_id", "source_path", "attribute.name"],
    numbers=["version_number", "attribute.version_number"],
    lists=["name", "run_id"],
    tags=["tags.team", "tag.team", "tags.`we ird`"],
    orders=["name", "version_number", "creation_timestamp", "last_updated_timestamp"],
    lazy=True,
)
LOGGED = Kind(
    texts=["name", "model_type", "attributes.name", "source_run_id", "status"],
    numbers=["creation_time", "creation_timestamp", "attributes.last_updated_timestamp"],
    lists=["name", "model_id"],
    tags=["tags.team", "tags.`we ird`"],
    params=["params.lr", "params.none"],
    metrics=["metrics.acc", "metrics.none"],
    lazy=True,
)


class Generator:
    def __init__(self, kind: Kind, ids: list, seed: int):
        self.kind = kind
        self.ids = ids
        self.chance = random.Random(seed)

    def filter(self) -> str:
        one = self.chance
        clauses = [self.clause() for _ in range(one.randint(1, 3))]
        text = clauses[0]
        for clause in clauses[1:]:
            text += one.choice([" AND ", " and ", "  And\n", " AND ", " AND ", " OR ", ", ", "\tAND AND "]) + clause
        if one.random() < 0.05:
            text = one.choice([" {} ", "({})", "AND {}", "{};", "{} AND", "{} -- note", "{}; {}", "NOT {}"]).replace("{}", text)
        if one.random() < 0.2:
            text = self.broken(text)
        return text

    def clause(self) -> str:
        one, kind = self.chance, self.kind
        shapes = [self.text, self.number, self.tag]
        if kind.lists:
            shapes.append(self.list)
        if kind.params:
            shapes.append(self.param)
        if kind.metrics:
            shapes.append(self.metric)
        return one.choice(shapes)()

    def text(self):
        return self.words(self.chance.choice(self.kind.texts), nulls=False)

    def tag(self):
        return self.words(self.chance.choice(self.kind.tags))

    def param(self):
        return self.words(self.chance.choice(self.kind.params))

    def words(self, key: str, nulls: bool = True) -> str:
        one = self.chance
        null = ["IS NULL", "IS NOT NULL", "is null"] if self.kind.nulls and nulls else []
        comparator = one.choice(["=", "!=", "LIKE", "ILIKE", "like", "ilike", *null])
        if comparator.upper().startswith("IS"):
            return f"{key} {comparator}"
        return f"{key}{self.blank()}{comparator}{self.blank(comparator)}{self.value(one.choice(PATTERNS + self.ids))}"

    def value(self, word: str) -> str:
        one = self.chance
        quote = "\"" if "'" in word else one.choice(["'", "'", "'", "\""])
        return one.choice([f"{quote}{word}{quote}"] * 12 + [word, f"`{word}`", f"{quote}{word}"])

    def blank(self, comparator: str = " ") -> str:
        return " " if comparator.isalpha() or self.chance.random() < 0.8 else self.chance.choice(["", "  ", "\n", "\t"])

    def number(self):
        return self.compared(self.chance.choice(self.kind.numbers))

    def metric(self):
        return self.compared(self.chance.choice(self.kind.metrics))

    def compared(self, key: str) -> str:
        one = self.chance
        numbers = NUMBERS if not self.kind.lazy or "metric" in key else WHOLE
        quoted = [] if self.kind.lazy else ["'x'", '"y"', "NaN", "x"]
        value = one.choice(numbers * 3 + quoted + ["1005", "1010"])
        return f"{key}{self.blank()}{one.choice(['>', '>=', '=', '!=', '<', '<='])} {value}"

    def list(self):
        one = self.chance
        key = one.choice(self.kind.lists)
        items = [self.value(one.choice(WORDS + self.ids * 3)) for _ in range(one.randint(0, 3))]
        if one.random() < 0.1:
            items.append("5")
        comparator = one.choice(["IN", "IN", "in", "NOT IN", "not in", "NOT  IN"])
        gap = one.choice([", ", ",", " , ", ",\n"])
        return f"{key} {comparator}{one.choice([' ', ' ', ''])}({gap.join(items)})"

    def broken(self, text: str) -> str:
        one = self.chance
        at = one.randrange(len(text))
        end = min(len(text), at + one.randint(1, 4))
        return one.choice([text[:at] + text[end:], text[:at] + one.choice("'\"`(),; ") + text[at:]])

    def order(self) -> list:
        one = self.chance
        clauses = []
        for key in one.sample(self.kind.orders, one.randint(0, 2)):
            clauses.append(one.choice([key] * 4 + [f"{key} x", f"{key}, x", "none", ""]) + one.choice(["", " ASC", " DESC", " desc", "  Asc"]))
        return clauses


class Fuzz(Case):
    def check(self, what: str, generator: Generator, ours, theirs):
        """Both accept it and find the same, or both refuse it."""
        wrong = []
        accepted = 0
        for _ in range(COUNT):
            text = generator.filter()
            order = generator.order() if generator.kind.orders else []
            try:
                expected = theirs(text, order)
                accepted += 1
            except MlflowException:
                expected = "refused"
            except Exception:
                continue  # their parser fails, which is not an answer
            try:
                found = ours(text, order)
            except MlflowException as error:
                found = "refused" if error.error_code == "INVALID_PARAMETER_VALUE" else repr(error)
            if not order and isinstance(found, list) and isinstance(expected, list):
                found, expected = sorted(found), sorted(expected)  # the usual order is a store's own
            if found != expected:
                wrong.append(f"{text!r} {order} theirs {short(expected)} ours {short(found)}")
        self.assertEqual(wrong, [], f"{what}: {len(wrong)} of {COUNT}\n" + "\n".join(wrong))
        self.assertGreater(accepted, COUNT // 10)

    def test_runs(self):
        experiment = self.new_experiment()
        chance = random.Random(SEED)
        ids = []
        for index in range(20):
            run = self.client.create_run(experiment, start_time=1000 + index, run_name=chance.choice(WORDS[:5]) or "n")
            ids.append(run.info.run_id)
            metrics = [Metric(key, round(chance.random() * 8 - 2) / 2, 1, 0) for key in ("acc", "loss", "a b", "x/y") if chance.random() < 0.7]
            params = [Param("lr", chance.choice(WORDS))] if chance.random() < 0.7 else []
            tags = [RunTag(key, chance.choice(WORDS)) for key in ("team", "we ird", "a.b") if chance.random() < 0.7]
            self.client.log_batch(run.info.run_id, metrics=metrics, params=params, tags=tags)
            if chance.random() < 0.5:
                self.client.set_terminated(run.info.run_id, chance.choice(["FINISHED", "FAILED"]), end_time=chance.randrange(12))
        runs = list(self.client.search_runs([experiment], max_results=1000))

        def ours(text, order):
            return [run.info.run_id for run in self.client.search_runs([experiment], text, order_by=order, max_results=1000)]

        def theirs(text, order):
            return [run.info.run_id for run in SearchUtils.sort(SearchUtils.filter(runs, text), order)]

        self.check("runs", Generator(RUNS, ids[:3], SEED), ours, theirs)

    def test_experiments(self):
        mark = unique("fuzz")
        chance = random.Random(SEED)
        ids = []
        for index in range(12):
            tags = {key: chance.choice(WORDS) for key in ("team", "we ird") if chance.random() < 0.7}
            ids.append(self.client.create_experiment(f"{mark}-{index}", tags=tags))
        own = [one for one in self.client.search_experiments(max_results=1000) if one.experiment_id in ids]

        def ours(text, order):
            found = self.client.search_experiments(filter_string=text, order_by=order, max_results=1000)
            return [one.experiment_id for one in found if one.experiment_id in ids]

        def theirs(text, order):
            return [one.experiment_id for one in SearchExperimentsUtils.sort(SearchExperimentsUtils.filter(own, text), order)]

        self.check("experiments", Generator(EXPERIMENTS, ids[:3], SEED + 1), ours, theirs)

    def test_registry(self):
        mark = unique("fuzz")
        chance = random.Random(SEED)
        names = [f"{mark}-{index}" for index in range(6)]
        for name in names:
            self.client.create_registered_model(name, tags=tags_of(chance))
            for _ in range(chance.randint(0, 3)):
                source = chance.choice(["s3://b/a_b", "s3://b/x"])
                self.client.create_model_version(name, source, tags=tags_of(chance), await_creation_for=0)
        models = [self.client.get_registered_model(name) for name in names]
        versions = [one for name in names for one in self.client.search_model_versions(f"name = '{name}'")]
        for one in versions:
            one._version = int(one.version)

        def our_models(text, order):
            found = self.client.search_registered_models(text, max_results=1000, order_by=order)
            return [one.name for one in found if one.name in names]

        def their_models(text, order):
            return [one.name for one in SearchModelUtils.sort(SearchModelUtils.filter(models, text), order)]

        def our_versions(text, order):
            found = self.client.search_model_versions(text, max_results=10_000, order_by=order)
            return [(one.name, int(one.version)) for one in found if one.name in names]

        def their_versions(text, order):
            found = SearchModelVersionUtils.sort(SearchModelVersionUtils.filter(versions, text), order)
            return [(one.name, one.version) for one in found]

        self.check("models", Generator(MODELS, names[:3], SEED + 2), our_models, their_models)
        self.check("versions", Generator(VERSIONS, names[:3], SEED + 3), our_versions, their_versions)

    def test_logged_models(self):
        experiment = self.new_experiment()
        chance = random.Random(SEED)
        run = self.new_run(experiment)
        for index in range(10):
            params = {"lr": chance.choice(WORDS)} if chance.random() < 0.7 else {}
            model = self.client.create_logged_model(
                experiment, name=chance.choice(["aXb", "b", "A_b"]), source_run_id=run if index % 2 else None, tags=tags_of(chance), params=params, model_type=chance.choice(["t", "u"])
            )
            if index % 3:
                self.client.log_metric(run, "acc", index / 4, model_id=model.model_id)
        models = self.client.search_logged_models([experiment], max_results=50)

        def ours(text, _order):
            return {one.model_id for one in self.client.search_logged_models([experiment], text, max_results=50)}

        def theirs(text, _order):
            return {one.model_id for one in SearchLoggedModelsUtils.filter_logged_models(models, text)}

        self.check("logged models", Generator(LOGGED, [one.model_id for one in models[:3]], SEED + 4), ours, theirs)


def tags_of(chance: random.Random) -> dict:
    return {key: chance.choice(WORDS) for key in ("team", "we ird") if chance.random() < 0.7}


def short(found) -> str:
    return found if isinstance(found, str) else f"{len(found)} found"
