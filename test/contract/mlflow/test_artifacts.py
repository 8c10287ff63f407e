import hashlib
import os
import tempfile
from unittest.mock import patch

import mlflow
import requests
from mlflow.store.artifact.http_artifact_repo import HttpArtifactRepository
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

    def parts(self):
        """The client sends and fetches in parts of this size."""
        size = str(5 * 1024 * 1024)
        return patch.dict(os.environ, {
            "MLFLOW_MULTIPART_UPLOAD_MINIMUM_FILE_SIZE": size, "MLFLOW_MULTIPART_UPLOAD_CHUNK_SIZE": size,
            "MLFLOW_MULTIPART_DOWNLOAD_CHUNK_SIZE": size, "MLFLOW_MULTIPART_DOWNLOAD_MINIMUM_FILE_SIZE": size,
            # Newer clients ask the server, older ones must be told.
            "MLFLOW_ENABLE_PROXY_MULTIPART_UPLOAD": "true", "MLFLOW_ENABLE_PROXY_MULTIPART_DOWNLOAD": "true",
        })

    def test_parts_both_ways(self):
        run_id = self.new_run()
        content = os.urandom(23_000_000)
        with tempfile.TemporaryDirectory() as directory, self.parts():
            path = os.path.join(directory, "large file é.bin")
            with open(path, "wb") as file:
                file.write(content)
            with patch.object(HttpArtifactRepository, "_try_multipart_upload", autospec=True,
                              side_effect=HttpArtifactRepository._try_multipart_upload) as sent:
                self.client.log_artifact(run_id, path, "deep/er")
            self.assertEqual(sent.call_count, 1)
            with patch.object(HttpArtifactRepository, "_multipart_download", autospec=True,
                              side_effect=HttpArtifactRepository._multipart_download) as fetched:
                local = self.client.download_artifacts(run_id, "deep/er/large file é.bin", directory)
            self.assertEqual(fetched.call_count, 1)
            with open(local, "rb") as file:
                self.assertEqual(hashlib.sha256(file.read()).digest(), hashlib.sha256(content).digest())
        self.assertEqual([(one.path, one.file_size) for one in self.client.list_artifacts(run_id, "deep/er")],
                         [("deep/er/large file é.bin", len(content))])

    def test_an_upload_that_fails_leaves_no_file(self):
        run_id = self.new_run()
        with tempfile.TemporaryDirectory() as directory, self.parts():
            path = os.path.join(directory, "large.bin")
            with open(path, "wb") as file:
                file.write(os.urandom(11_000_000))
            with patch.object(HttpArtifactRepository, "_upload_part", side_effect=OSError("torn")):
                with self.assertRaises(mlflow.MlflowException):
                    self.client.log_artifact(run_id, path)
        self.assertEqual(self.client.list_artifacts(run_id), [])

    def begin(self, name="x.bin", count=2):
        root = self.client.get_run(self.new_run()).info.artifact_uri.removeprefix("mlflow-artifacts:/")
        made = raw("POST", f"/api/2.0/mlflow-artifacts/mpu/create/{root}", json={"path": f"/home/me/{name}", "num_parts": count})
        self.assertEqual(made.status_code, 200, made.text)
        return root, made.json()

    def test_parts_are_checked(self):
        root, made = self.begin()
        url = f"/api/2.0/mlflow-artifacts/mpu/complete/{root}"
        body = {"path": "x.bin", "upload_id": made["upload_id"], "parts": []}
        self.assert_answer(raw("POST", url, json=body), 400, "INVALID_PARAMETER_VALUE")
        for wrong in ({"upload_id": "0" * 32}, {"upload_id": "../../etc"}, {"path": "other.bin"}):
            answer = raw("POST", url, json={**body, "parts": [{"part_number": 1, "etag": "x"}], **wrong})
            self.assert_answer(answer, 404, "RESOURCE_DOES_NOT_EXIST")
        for number in (0, -1, 10_001):
            answer = raw("POST", f"/api/2.0/mlflow-artifacts/mpu/create/{root}", json={"path": "x", "num_parts": number})
            self.assert_answer(answer, 400, "INVALID_PARAMETER_VALUE")
        for name in ("..", "a/../..", "..%2f..%2fx", "%2e%2e"):
            answer = raw("POST", f"/api/2.0/mlflow-artifacts/mpu/create/{root}", json={"path": name, "num_parts": 1})
            self.assert_answer(answer, 400, "INVALID_PARAMETER_VALUE")

    def test_signed_addresses_open_one_thing(self):
        root, made = self.begin()
        first, second = (one["url"] for one in made["credentials"])
        if "X-Amz-Signature" in first:
            self.skipTest("the storage checks these itself")
        self.assertEqual(requests.put(first, data=b"a" * 10).status_code, 200)
        for wrong in (second.replace("/2?", "/1?"), first.replace("signature=", "signature=A"), first.split("?")[0]):
            self.assertEqual(requests.put(wrong, data=b"b" * 10).status_code, 403, wrong)
        sent = requests.put(second, data=b"bc")
        parts = [{"part_number": 2, "etag": sent.headers["ETag"]}, {"part_number": 1, "etag": requests.put(first, data=b"a" * 10).headers["ETag"]}]
        body = {"path": "x.bin", "upload_id": made["upload_id"], "parts": parts}
        for _ in range(2):
            self.assertEqual(raw("POST", f"/api/2.0/mlflow-artifacts/mpu/complete/{root}", json=body).json(), {})
        self.assertEqual(raw("GET", f"/api/2.0/mlflow-artifacts/artifacts/{root}/x.bin").content, b"a" * 10 + b"bc")
        address = raw("GET", f"/api/2.0/mlflow-artifacts/presigned/{root}/x.bin").json()
        self.assertEqual(address["file_size"], 12)
        self.assertEqual(requests.get(address["url"], headers={"Range": "bytes=9-10"}).content, b"ab")
        self.assertEqual(requests.get(address["url"].replace("size=12", "size=13")).status_code, 403)

    def test_aborted(self):
        root, made = self.begin()
        body = {"path": "x.bin", "upload_id": made["upload_id"]}
        for _ in range(2):
            self.assertEqual(raw("POST", f"/api/2.0/mlflow-artifacts/mpu/abort/{root}", json=body).status_code, 200)
        answer = raw("POST", f"/api/2.0/mlflow-artifacts/mpu/complete/{root}", json={**body, "parts": [{"part_number": 1, "etag": "x"}]})
        self.assert_answer(answer, 404, "RESOURCE_DOES_NOT_EXIST")

    def test_written_to_the_object_store(self):
        run_id = self.new_run()
        ask = {"run_id": run_id, "path": "a/direct.bin"}
        answer = raw("POST", "/api/2.0/mlflow/artifacts/presigned-upload-url", json=ask)
        flags = raw("GET", "/api/3.0/mlflow/server-info").json()
        if not flags["presigned_upload_run_id_supported"]:
            self.assert_answer(answer, 400, "INVALID_PARAMETER_VALUE", "Presigned upload is not supported for proxied artifact storage")
            return
        self.assertEqual(self.client.list_artifacts(run_id), [])
        self.assertEqual(requests.put(answer.json()["presigned_url"], data=b"direct").status_code, 200)
        self.assertEqual([one.path for one in self.client.list_artifacts(run_id, "a")], ["a/direct.bin"])
        ask["expiration"] = 60
        url = raw("POST", "/api/2.0/mlflow/artifacts/presigned-download-url", json=ask).json()
        self.assertEqual((requests.get(url["presigned_url"]).content, url["file_size"]), (b"direct", 6))

    def test_addresses_are_asked_for_rightly(self):
        run_id = self.new_run()
        upload = "/api/2.0/mlflow/artifacts/presigned-upload-url"
        both = {"run_id": run_id, "model_id": "m-" + "0" * 32, "path": "x"}
        self.assert_answer(raw("POST", upload, json=both), 400, "INVALID_PARAMETER_VALUE", "Exactly one of run_id and model_id")
        self.assert_answer(raw("POST", upload, json={"path": "x"}), 400, "INVALID_PARAMETER_VALUE", "Exactly one of run_id and model_id")
        self.assert_answer(raw("POST", upload, json={"run_id": run_id, "path": "../x"}), 400, "INVALID_PARAMETER_VALUE", "Invalid path")
        download = "/api/2.0/mlflow/artifacts/presigned-download-url"
        for seconds in (0, 604_801):
            answer = raw("POST", download, json={"run_id": run_id, "path": "x", "expiration": seconds})
            self.assert_answer(answer, 400, "INVALID_PARAMETER_VALUE", "expiration must be between 1 and 604800 seconds")
