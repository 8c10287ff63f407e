import base64
import hashlib
import hmac
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from mlflow.entities.webhook import WebhookEvent, WebhookStatus
from support import Case, raw, unique

SECRET = "shared secret"


class Receiver:
    """A program on loopback that keeps what is posted to it and answers as it is told."""

    def __init__(self):
        self.posts, self.answers, self.arrived = [], [], threading.Condition()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"])).decode()
                with receiver.arrived:
                    status, headers = receiver.answers.pop(0) if receiver.answers else (200, {})
                    receiver.posts.append((self.path, dict(self.headers), body))
                    receiver.arrived.notify_all()
                self.send_response(status)
                for name, value in {"content-length": "2", **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(b"ok")

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def url(self, path="/hook"):
        return f"http://127.0.0.1:{self.server.server_port}{path}"

    def wait(self, count: int, seconds: float = 10) -> list:
        with self.arrived:
            done = self.arrived.wait_for(lambda: len(self.posts) >= count, seconds)
        assert done, f"{len(self.posts)} of {count} posts arrived"
        return self.posts

    def close(self):
        self.server.shutdown()
        self.server.server_close()


class Webhooks(Case):
    def setUp(self):
        super().setUp()
        self.receiver = Receiver()
        self.addCleanup(self.receiver.close)

    def hook(self, *events: str, **arguments):
        arguments.setdefault("url", self.receiver.url())
        webhook = self.client.create_webhook(
            name=unique("hook"), events=[WebhookEvent.from_str(event) for event in events], **arguments
        )
        self.addCleanup(self.remove, webhook.webhook_id)
        return webhook

    def remove(self, webhook_id: str):
        raw("DELETE", f"/api/2.0/mlflow/webhooks/{webhook_id}")

    def told(self, count: int) -> list[tuple]:
        posts = [json.loads(body) for _, _, body in self.receiver.wait(count)]
        return [(f"{post['entity']}.{post['action']}", post["data"]) for post in posts]

    def test_kept_changed_listed_deleted(self):
        first = self.hook("model_version.created", "registered_model.created", url="https://example.com/a?token=x")
        self.assertEqual(first.url, "https://example.com/a?token=x")
        self.assertIsNone(first.secret)
        self.assertEqual([str(e) for e in first.events], ["model_version.created", "registered_model.created"])
        changed = self.client.update_webhook(first.webhook_id, description="d", status=WebhookStatus.DISABLED, secret="s")
        self.assertEqual((changed.name, changed.description, changed.status), (first.name, "d", WebhookStatus.DISABLED))
        self.assertGreaterEqual(changed.last_updated_timestamp, first.last_updated_timestamp)
        others = [self.hook("prompt.created", url="https://example.com/").webhook_id for _ in range(2)]
        page = self.client.list_webhooks(max_results=2)
        self.assertEqual([w.webhook_id for w in page], others[::-1])
        rest = self.client.list_webhooks(max_results=2, page_token=page.token)
        self.assertIn(first.webhook_id, [w.webhook_id for w in rest])
        self.client.delete_webhook(first.webhook_id)
        for call in (self.client.get_webhook, self.client.delete_webhook, self.client.test_webhook):
            self.assert_refused("RESOURCE_DOES_NOT_EXIST", "not found", call, first.webhook_id)
        self.assert_refused("RESOURCE_DOES_NOT_EXIST", "Webhook with ID nonexistent not found", self.client.get_webhook, "nonexistent")

    def test_every_event_of_models(self):
        self.hook(
            "registered_model.created", "model_version.created", "model_version_tag.set", "model_version_tag.deleted",
            "model_version_alias.created", "model_version_alias.deleted",
        )
        name = unique("told")
        self.client.create_registered_model(name, tags={"a": "b"}, description="d")
        self.client.create_model_version(name, "s3://bucket/m", run_id="1234567890abcdef", tags={"c": "d"}, description="v")
        self.client.set_model_version_tag(name, "1", "k", "v")
        self.client.delete_model_version_tag(name, "1", "k")
        self.client.set_registered_model_tag(name, "told", "to no one")
        self.client.set_registered_model_alias(name, "best", "1")
        self.client.delete_registered_model_alias(name, "best")
        expected = [
            ("registered_model.created", {"name": name, "tags": {"a": "b"}, "description": "d"}),
            (
                "model_version.created",
                {
                    "name": name, "version": "1", "source": "s3://bucket/m", "run_id": "1234567890abcdef",
                    "tags": {"c": "d"}, "description": "v",
                },
            ),
            ("model_version_tag.set", {"name": name, "version": "1", "key": "k", "value": "v"}),
            ("model_version_tag.deleted", {"name": name, "version": "1", "key": "k"}),
            ("model_version_alias.created", {"name": name, "version": "1", "alias": "best"}),
            ("model_version_alias.deleted", {"name": name, "alias": "best"}),
        ]
        self.assertCountEqual(self.told(6), expected)

    def test_every_event_of_prompts(self):
        self.hook(
            "prompt.created", "prompt_version.created", "prompt_tag.set", "prompt_tag.deleted", "prompt_version_tag.set",
            "prompt_version_tag.deleted", "prompt_alias.created", "prompt_alias.deleted", "registered_model.created",
        )
        name = unique("prompt")
        self.client.create_prompt(name, description="d", tags={"a": "b"})
        self.client.create_prompt_version(name, "Hello {{name}}!", description="v", tags={"c": "d"})
        self.client.set_prompt_tag(name, "k", "v")
        self.client.delete_prompt_tag(name, "k")
        self.client.set_prompt_version_tag(name, "1", "k", "v")
        self.client.delete_prompt_version_tag(name, "1", "k")
        self.client.set_prompt_alias(name, "best", 1)
        self.client.delete_prompt_alias(name, "best")
        told = dict(self.told(8))
        self.assertEqual(told["prompt.created"], {"name": name, "tags": {"a": "b"}, "description": "d"})
        self.assertEqual(
            told["prompt_version.created"],
            {"name": name, "version": "1", "template": "Hello {{name}}!", "tags": {"c": "d"}, "description": "v"},
        )
        self.assertEqual(told["prompt_tag.set"], {"name": name, "key": "k", "value": "v"})
        self.assertEqual(told["prompt_version_tag.deleted"], {"name": name, "version": "1", "key": "k"})
        self.assertEqual(told["prompt_alias.created"], {"name": name, "version": "1", "alias": "best"})
        self.assertNotIn("registered_model.created", told)

    def test_posts_are_signed(self):
        self.hook("registered_model.created", secret=SECRET)
        began = time.time()
        self.client.create_registered_model(unique("signed"))
        ((path, headers, body),) = self.receiver.wait(1)
        self.assertLess(time.time() - began, 2, "seconds from the event to its post")
        lower = {name.lower(): value for name, value in headers.items()}
        signed = f"{lower['x-mlflow-delivery-id']}.{lower['x-mlflow-timestamp']}.{body}"
        digest = hmac.new(SECRET.encode(), signed.encode(), hashlib.sha256).digest()
        self.assertEqual(lower["x-mlflow-signature"], "v1," + base64.b64encode(digest).decode())
        self.assertLess(abs(int(lower["x-mlflow-timestamp"]) - time.time()), 60)
        self.assertEqual((path, json.loads(body)["workspace"]), ("/hook", "default"))

    def test_tried_again_with_the_same_bytes(self):
        self.receiver.answers = [(503, {}), (200, {})]
        self.hook("registered_model.created", secret=SECRET)
        self.client.create_registered_model(unique("again"))
        (_, first, body), (_, second, again) = self.receiver.wait(2)
        self.assertEqual(body, again)
        self.assertEqual(first["x-mlflow-delivery-id"], second["x-mlflow-delivery-id"])

    def test_a_refusal_is_final(self):
        self.receiver.answers = [(401, {})]
        hook = self.hook("registered_model.created")
        self.client.create_registered_model(unique("refused"))
        self.receiver.wait(1)
        page = f"/api/slipway/v1/projects/default/webhook-deliveries?webhook={hook.webhook_id}"
        until = time.time() + 10
        while (found := raw("GET", page).json()["deliveries"])[0]["state"] == "pending" and time.time() < until:
            time.sleep(0.02)
        self.assertEqual((found[0]["state"], found[0]["status"], found[0]["attempts"]), ("failed", 401, 1))

    def test_a_redirect_is_not_followed(self):
        self.receiver.answers = [(307, {"location": self.receiver.url("/elsewhere")})]
        result = self.client.test_webhook(self.hook("registered_model.created").webhook_id)
        self.assertEqual((result.success, result.response_status), (True, 307))
        self.assertEqual([path for path, _, _ in self.receiver.posts], ["/hook"])

    def test_trying(self):
        hook = self.hook("registered_model.created", "model_version_tag.set", secret=SECRET)
        result = self.client.test_webhook(hook.webhook_id)
        self.assertEqual((result.success, result.response_status, result.response_body), (True, 200, "ok"))
        self.client.test_webhook(hook.webhook_id, WebhookEvent.from_str("model_version_tag.set"))
        self.receiver.answers = [(404, {})]
        failed = self.client.test_webhook(hook.webhook_id)
        self.assertEqual((failed.success, failed.response_status, failed.error_message), (False, 404, None))
        told = self.told(3)
        self.assertEqual(told[0][1]["name"], "example_model")
        self.assertEqual(told[1][1]["value"], "example_value")

    def test_disabled_and_deleted_ones_hear_nothing(self):
        off = self.hook("registered_model.created", url=self.receiver.url("/off"), status=WebhookStatus.DISABLED)
        gone = self.hook("registered_model.created", url=self.receiver.url("/gone"))
        self.client.delete_webhook(gone.webhook_id)
        self.hook("registered_model.created", url=self.receiver.url("/on"))
        self.client.create_registered_model(unique("heard"))
        self.receiver.wait(1)
        self.client.test_webhook(off.webhook_id)
        self.assertEqual([path for path, _, _ in self.receiver.wait(2)], ["/on", "/off"])

    def test_addresses_inside_are_refused(self):
        inside = (
            "http://169.254.169.254/latest/meta-data", "http://localhost.example/", "http://10.0.0.1/", "http://2130706433:1/x",
            "https://169.254.169.254/", "https://10.0.0.1/", "https://[::ffff:169.254.169.254]/", "https://[fd00::1]/", "https://0xa9fea9fe/",
            "https://user:password@example.com/", "ftp://example.com/", "file:///etc/passwd", "   ", "http://[invalid", "gopher://127.0.0.1/",
        )
        hook = self.hook("registered_model.created")
        for url in inside[4:] + inside[:3]:
            with self.subTest(url):
                self.assert_refused(
                    "INVALID_PARAMETER_VALUE", "", self.client.create_webhook, unique("x"), url, [WebhookEvent.from_str("prompt.created")]
                )
                self.assert_refused("INVALID_PARAMETER_VALUE", "", self.client.update_webhook, hook.webhook_id, url=url)
        self.assertEqual(self.client.get_webhook(hook.webhook_id).url, self.receiver.url())

    def test_what_is_no_webhook(self):
        base = {"name": "x", "url": self.receiver.url(), "events": [{"entity": "PROMPT", "action": "CREATED"}]}
        for change in (
            {"name": "-x"}, {"name": ""}, {"name": "x" * 64}, {"events": []}, {"events": None}, {"url": None}, {"status": "SLEEPING"},
            {"events": [{"entity": "PROMPT", "action": "EXCEEDED"}]}, {"events": [{"entity": "NOTHING", "action": "CREATED"}]},
        ):
            with self.subTest(change):
                self.assert_answer(raw("POST", "/api/2.0/mlflow/webhooks", json={**base, **change}), 400, "INVALID_PARAMETER_VALUE")
        self.assert_answer(raw("GET", "/api/2.0/mlflow/webhooks", params={"max_results": 1001}), 400, "INVALID_PARAMETER_VALUE")
