from concurrent.futures import ThreadPoolExecutor

from mlflow.entities import Metric
from support import Case, unique


class Concurrency(Case):
    def test_32_writers_of_one_run_lose_nothing(self):
        run_id = self.new_run()

        def write(writer: int):
            for step in range(12):
                self.client.log_metric(run_id, "single", writer, timestamp=writer, step=step)
                self.client.log_batch(run_id, metrics=[Metric(f"batch{i}", writer, writer, step) for i in range(5)])
                self.client.set_tag(run_id, f"tag{writer}", str(step))
            self.client.log_param(run_id, f"param{writer}", writer)

        with ThreadPoolExecutor(32) as pool:
            list(pool.map(write, range(32)))
        for key in ("single", *(f"batch{i}" for i in range(5))):
            points = self.client.get_metric_history(run_id, key)
            self.assertEqual(len({(point.value, point.step) for point in points}), 32 * 12)
        run = self.client.get_run(run_id)
        self.assertEqual(run.data.metrics["single"], 31)
        self.assertEqual(len(run.data.params), 32)
        self.assertEqual([run.data.tags[f"tag{writer}"] for writer in range(32)], ["11"] * 32)

    def test_versions_get_numbers_of_their_own(self):
        name = unique("numbers")
        self.client.create_registered_model(name)
        with ThreadPoolExecutor(16) as pool:
            made = list(pool.map(lambda _: self.client.create_model_version(name, "s3://bucket/x").version, range(16)))
        self.assertEqual(sorted(map(int, made)), list(range(1, 17)))

    def test_one_of_many_wins_a_name(self):
        name = unique("name")

        def create(_):
            try:
                return self.client.create_experiment(name)
            except Exception as error:
                return error.error_code

        with ThreadPoolExecutor(16) as pool:
            answers = list(pool.map(create, range(16)))
        self.assertEqual(answers.count("RESOURCE_ALREADY_EXISTS"), 15)
