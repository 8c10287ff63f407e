import hashlib
import os
import tempfile

import mlflow
from support import Case, raw, raw_path, unique


class Artifacts(Case):
    def test_round_trip(self):
        run_id = self.new_run()
        with tempfile.TemporaryDirectory() as directory:
            files = {"a.txt": b"a", "deep/er/b.bin": os.urandom(3_000_000), "sp ace/ünïcode.json": b"{}", "empty": b""}
            for path, content in files.items():
                target = os.path.join(directory, path)
                os.makedirs(os.path.dirname(target), exist_ok=True)
                with open(target, "wb") as file:
                    file.write(content)
            self.client.log_artifacts(run_id, directory, "all")
            self.client.log_text(run_id, "first", "note.txt")
            self.client.log_text(run_id, "second", "note.txt")
        self.assertEqual([(one.path, one.is_dir) for one in self.client.list_artifacts(run_id)], [("all", True), ("note.txt", False)])
        listed = {one.path: one.file_size for one in self.client.list_artifacts(run_id, "all")}
        self.assertEqual(listed, {"all/a.txt": 1, "all/deep": None, "all/empty": 0, "all/sp ace": None})
        self.assertEqual(self.client.list_artifacts(run_id, "all/a.txt"), [])
        self.assertEqual(self.client.list_artifacts(run_id, "nothing"), [])
        with tempfile.TemporaryDirectory() as directory:
            local = self.client.download_artifacts(run_id, "", directory)
            for path, content in files.items():
                with open(os.path.join(local, "all", path), "rb") as file:
                    self.assertEqual(hashlib.sha256(file.read()).digest(), hashlib.sha256(content).digest(), path)
            with open(os.path.join(local, "note.txt")) as file:
                self.assertEqual(file.read(), "second")

    def test_fluent_logging(self):
        mlflow.set_experiment(unique("artifacts"))
        with mlflow.start_run() as run:
            mlflow.log_dict({"a": [1]}, "some/dict.json")
            mlflow.log_text("hello", "text.txt")
        uri = f"runs:/{run.info.run_id}/some/dict.json"
        self.assertEqual(mlflow.artifacts.load_dict(uri), {"a": [1]})

    def test_headers_and_ranges(self):
        run_id = self.new_run()
        self.client.log_text(run_id, "<script>alert(1)</script>", "page é.html")
        root = self.client.get_run(run_id).info.artifact_uri.removeprefix("mlflow-artifacts:/")
        response = raw("GET", f"/api/2.0/mlflow-artifacts/artifacts/{root}/page é.html")
        self.assertEqual(response.headers["X-Content-Type-Options"], "nosniff")
        self.assertTrue(response.headers["Content-Disposition"].startswith("attachment; filename="))
        self.assertIn("sandbox", response.headers["Content-Security-Policy"])
        part = raw("GET", f"/api/2.0/mlflow-artifacts/artifacts/{root}/page é.html", headers={"Range": "bytes=1-6"})
        self.assertEqual((part.status_code, part.text, part.headers["Content-Range"]), (206, "script", "bytes 1-6/25"))
        response = raw("GET", "/get-artifact", params={"run_uuid": run_id, "path": "page é.html"})
        self.assertEqual(response.text, "<script>alert(1)</script>")

    def test_missing(self):
        run_id = self.new_run()
        response = raw("GET", f"/api/2.0/mlflow-artifacts/artifacts/0/{run_id}/artifacts/none")
        self.assert_answer(response, 404, "RESOURCE_DOES_NOT_EXIST")

    def test_delete(self):
        run_id = self.new_run()
        for path in ("d/a", "d/b", "da"):
            self.client.log_text(run_id, path, path)
        root = self.client.get_run(run_id).info.artifact_uri.removeprefix("mlflow-artifacts:/")
        self.assertEqual(raw("DELETE", f"/api/2.0/mlflow-artifacts/artifacts/{root}/d").status_code, 200)
        self.assertEqual([one.path for one in self.client.list_artifacts(run_id)], ["da"])

    def test_a_file_is_no_directory(self):
        run_id = self.new_run()
        self.client.log_text(run_id, "x", "a/b")
        root = self.client.get_run(run_id).info.artifact_uri.removeprefix("mlflow-artifacts:/")
        for path in ("a", "a/b/c"):
            response = raw("PUT", f"/api/2.0/mlflow-artifacts/artifacts/{root}/{path}", data=b"y")
            self.assert_answer(response, 400, "INVALID_PARAMETER_VALUE")

    def test_attacks(self):
        base = "/api/2.0/mlflow-artifacts/artifacts"
        names = (
            "%2e%2e/%2e%2e/etc/passwd", "..%2f..%2fetc/passwd", "%252e%252e/%252e%252e/etc/passwd", "a%5c..%5c..%5cetc",
            "..%5c..%5cetc", "%2fetc/passwd", "a%00b", "C:/windows", "file:%2f%2f/etc/passwd", "a%23b", "%25252e%25252e/x",
            "http:%2f%2f169.254.169.254/latest",
        )
        for name in names:
            for method in ("GET", "PUT", "DELETE"):
                with self.subTest(f"{method} {name}"):
                    response = raw_path(method, f"{base}/{name}")
                    self.assertIn(response.status_code, (400, 404), response.text)
                    self.assertIn(response.json()["error_code"], ("INVALID_PARAMETER_VALUE", "ENDPOINT_NOT_FOUND", "BAD_REQUEST"))
        run_id = self.new_run()
        for path in ("../..", "..%2f..", "%252e%252e", "\\..\\..", "/etc", "a\0"):
            with self.subTest(path):
                response = raw("GET", "/api/2.0/mlflow/artifacts/list", params={"run_id": run_id, "path": path})
                self.assert_answer(response, 400, "INVALID_PARAMETER_VALUE", "Invalid path")

    def test_multipart_is_refused_as_clients_expect(self):
        response = raw("POST", "/api/2.0/mlflow-artifacts/mpu/create/x", json={"path": "x", "num_parts": 1})
        self.assert_answer(response, 501, "NOT_IMPLEMENTED", "Multipart upload is not supported")
