import gzip
import json
import os
import zlib

os.environ["MLFLOW_ENABLE_ASYNC_TRACE_LOGGING"] = "false"

import mlflow
from mlflow.entities import AssessmentSource, Document, SpanType, TraceState
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from support import Case, raw, unique


class Traced(Case):
    def setUp(self):
        super().setUp()
        self.experiment_id = self.new_experiment()
        mlflow.set_experiment(experiment_id=self.experiment_id)

    def one(self, name="root", **attributes) -> str:
        with mlflow.start_span(name) as span:
            span.set_attributes(attributes)
        return span.trace_id

    def found(self, filter_string: str, **arguments) -> list[str]:
        traces = mlflow.search_traces(
            locations=[self.experiment_id], filter_string=filter_string, return_type="list", **arguments
        )
        return [trace.info.trace_id for trace in traces]


class Traces(Traced):
    def test_nested_spans_come_back_as_they_were(self):
        @mlflow.trace(span_type=SpanType.RETRIEVER)
        def look_up(question):
            return [Document(page_content="31.5 kg", metadata={"page": 1.0}, id="d1")]

        with mlflow.start_span("answer", span_type=SpanType.AGENT) as span:
            span.set_inputs({"messages": [{"role": "user", "content": "How heavy?"}], "n": 1, "t": 1.0, "b": 2**60})
            look_up("weight")
            with self.assertRaises(ValueError), mlflow.start_span("tool", span_type=SpanType.TOOL):
                raise ValueError("no such parcel")
            span.set_outputs({"z": None, "a": [True, "ä\u2028", {}]})
            mlflow.update_current_trace(
                tags={"env": "test"}, metadata={"mlflow.trace.session": "s-1", "mlflow.trace.user": "ada"}
            )
        trace = mlflow.get_trace(span.trace_id)
        self.assertEqual(trace.info.state, TraceState.OK)
        self.assertEqual(trace.info.tags["env"], "test")
        self.assertEqual(trace.info.trace_metadata["mlflow.trace.session"], "s-1")
        self.assertEqual(trace.info.request_preview, "How heavy?")
        root, retriever, tool = trace.data.spans
        self.assertEqual((root.name, root.span_type, root.parent_id), ("answer", "AGENT", None))
        self.assertEqual(json.dumps(root.inputs), json.dumps(span.inputs))
        self.assertEqual(json.dumps(root.outputs), '{"z": null, "a": [true, "\\u00e4\\u2028", {}]}')
        self.assertEqual(retriever.outputs[0]["metadata"], {"page": 1.0})
        self.assertEqual(tool.status.status_code.value, "ERROR")
        self.assertEqual(tool.events[0].attributes["exception.message"], "no such parcel")
        self.assertEqual(tool.parent_id, root.span_id)
        self.assertEqual(root.start_time_ns, span.start_time_ns)

    def test_a_data_frame_of_traces(self):
        ids = [self.one(f"t{i}") for i in range(3)]
        frame = mlflow.search_traces(locations=[self.experiment_id])
        self.assertEqual(list(frame["trace_id"]), ids[::-1])
        self.assertEqual(frame["state"].unique().tolist(), ["OK"])

    def test_pages_join_without_gaps(self):
        ids = [self.one(f"t{i}") for i in range(5)]
        found, token = [], None
        while True:
            page = self.client.search_traces(locations=[self.experiment_id], max_results=2, page_token=token)
            found += [trace.info.trace_id for trace in page]
            token = page.token
            if not token:
                break
        self.assertEqual(found, ids[::-1])
        oldest = self.found("", order_by=["timestamp ASC"], max_results=2)
        self.assertEqual(oldest, ids[:2])

    def test_tokens_are_counted_once(self):
        with mlflow.start_span("agent") as agent:
            agent.set_attribute("mlflow.chat.tokenUsage", {"input_tokens": 10, "output_tokens": 5, "total_tokens": 15})
            with mlflow.start_span("llm") as llm:
                llm.set_attribute("mlflow.chat.tokenUsage", {"input_tokens": 10, "output_tokens": 5, "total_tokens": 15})
        usage = mlflow.get_trace(agent.trace_id).info.token_usage
        self.assertEqual(usage, {"input_tokens": 10, "output_tokens": 5, "total_tokens": 15})

    def test_tags_links_and_deletion(self):
        trace_id, other = self.one(), self.one()
        self.client.set_trace_tag(trace_id, "colour", "red")
        self.assertEqual(self.found("tags.colour = 'red'"), [trace_id])
        self.client.delete_trace_tag(trace_id, "colour")
        self.assert_refused(
            "RESOURCE_DOES_NOT_EXIST", "No trace tag with key 'colour'", self.client.delete_trace_tag, trace_id, "colour"
        )
        run_id = self.new_run(self.experiment_id)
        self.client.link_traces_to_run([trace_id], run_id)
        self.assertEqual(self.found(f"attributes.run_id = '{run_id}'"), [trace_id])
        self.assertEqual(self.client.delete_traces(self.experiment_id, trace_ids=[trace_id]), 1)
        self.assertEqual(self.found(""), [other])
        response = raw("GET", f"/api/3.0/mlflow/traces/{trace_id}")
        self.assert_answer(response, 404, "RESOURCE_DOES_NOT_EXIST", f"Trace with ID '{trace_id}' not found")

    def test_the_file_of_a_trace(self):
        trace_id = self.one(fruit="apple")
        response = raw("GET", "/ajax-api/2.0/mlflow/get-trace-artifact", params={"request_id": trace_id})
        self.assertIn("attachment", response.headers["content-disposition"])
        self.assertEqual(response.json()["spans"][0]["attributes"]["fruit"], '"apple"')


class Filters(Traced):
    def test_what_is_found(self):
        with mlflow.start_span("plain") as plain:
            plain.set_attribute("model", "tiny-1")
        with mlflow.start_span("chat", span_type=SpanType.LLM) as chat:
            chat.set_inputs({"question": "Where is Oslo?"})
            mlflow.update_current_trace(tags={"team": "maps"})
        with self.assertRaises(KeyError), mlflow.start_span("broken") as broken:
            raise KeyError("x")
        plain, chat, broken = plain.trace_id, chat.trace_id, broken.trace_id
        mlflow.log_feedback(trace_id=chat, name="correct", value=True)
        mlflow.log_feedback(trace_id=plain, name="score", value=0.4)
        for filter_string, expected in {
            "status = 'ERROR'": {broken},
            "attributes.status != 'ERROR'": {plain, chat},
            "name LIKE 'ch%'": {chat},
            "name IN ('plain', 'chat')": {plain, chat},
            "name RLIKE '^(plain|broken)$'": {plain, broken},
            "span.type = 'LLM'": {chat},
            "span.type = 'LLM' AND span.name = 'plain'": set(),
            "span.attributes.model LIKE 'tiny%'": {plain},
            "trace.text ILIKE '%OSLO%'": {chat},
            "tags.team IS NOT NULL": {chat},
            "tags.team IS NULL": {plain, broken},
            "feedback.correct = 'true'": {chat},
            "feedback.score < 0.5": {plain},
            "feedback.score IS NULL": {chat, broken},
            "timestamp_ms > 0 AND execution_time_ms >= 0": {plain, chat, broken},
            f"trace.request_id = '{chat}'": {chat},
        }.items():
            with self.subTest(filter_string):
                self.assertEqual(set(self.found(filter_string)), expected)

    def test_what_can_not_be_read(self):
        for filter_string, words in {
            "colour = 'red'": "Invalid attribute key 'colour'",
            "status > 'OK'": "Invalid comparator '>'",
            "status = 'OK' OR status = 'ERROR'": "Invalid clause(s) in filter string",
            "timestamp_ms > 'late'": "numeric",
            "name RLIKE '('": "Invalid regular expression",
            "span.colour = 'x'": "Invalid span attribute 'colour'",
        }.items():
            with self.subTest(filter_string):
                self.assert_refused("INVALID_PARAMETER_VALUE", words, self.found, filter_string)

    def test_correlation_and_metrics(self):
        for i in range(6):
            with mlflow.start_span("a" if i < 4 else "b"):
                mlflow.update_current_trace(tags={"half": "yes" if i < 3 else "no"})
        found = mlflow.tracing.client.TracingClient().calculate_trace_filter_correlation(
            [self.experiment_id], "tags.half = 'yes'", "name = 'a'"
        )
        self.assertEqual((found.total_count, found.filter1_count, found.filter2_count, found.joint_count), (6, 3, 4, 3))
        self.assertGreater(found.npmi, 0.5)
        body = {
            "experiment_ids": [self.experiment_id],
            "view_type": "TRACES",
            "metric_name": "trace_count",
            "aggregations": [{"aggregation_type": "COUNT"}],
            "dimensions": ["trace_name"],
        }
        points = raw("POST", "/api/3.0/mlflow/traces/metrics", json=body).json()["data_points"]
        self.assertEqual({point["dimensions"]["trace_name"]: point["values"]["COUNT"] for point in points}, {"a": 4, "b": 2})


class Assessments(Traced):
    def test_life_of_feedback(self):
        trace_id = self.one()
        judge = AssessmentSource(source_type="LLM_JUDGE", source_id="gpt")
        said = mlflow.log_feedback(trace_id=trace_id, name="right", value="yes", rationale="ok", source=judge)
        later = mlflow.override_feedback(trace_id=trace_id, assessment_id=said.assessment_id, value="no")
        first, second = mlflow.get_trace(trace_id).info.assessments
        self.assertEqual([(first.value, first.valid), (second.value, second.valid)], [("yes", False), ("no", True)])
        mlflow.delete_assessment(trace_id=trace_id, assessment_id=later.assessment_id)
        self.assertTrue(mlflow.get_assessment(trace_id, said.assessment_id).valid)
        mlflow.update_assessment(trace_id, said.assessment_id, mlflow.entities.Feedback(name="right", value=0.5))
        self.assertEqual(mlflow.get_assessment(trace_id, said.assessment_id).value, 0.5)

    def test_expectations_and_failed_scorers(self):
        trace_id = self.one()
        mlflow.log_expectation(trace_id=trace_id, name="facts", value={"weights": [1, 2.5]})
        mlflow.log_feedback(trace_id=trace_id, name="judge", error=RuntimeError("no answer"))
        facts, judge = mlflow.get_trace(trace_id).info.assessments
        self.assertEqual(facts.value, {"weights": [1, 2.5]})
        self.assertEqual(judge.error.error_message, "no answer")
        self.assert_refused(
            "RESOURCE_DOES_NOT_EXIST", "not found", mlflow.log_feedback, trace_id="tr-none", name="x", value=True
        )


class Otlp(Traced):
    def export(self, request: ExportTraceServiceRequest, data: bytes | None = None, **headers):
        return raw(
            "POST",
            "/v1/traces",
            data=request.SerializeToString() if data is None else data,
            headers={
                "content-type": "application/x-protobuf",
                "x-mlflow-experiment-id": self.experiment_id,
                **headers,
            },
        )

    def request(self, trace: int = 7, spans: int = 1) -> ExportTraceServiceRequest:
        request = ExportTraceServiceRequest()
        resource = request.resource_spans.add()
        attribute = resource.resource.attributes.add()
        attribute.key, attribute.value.string_value = "service.name", "shop"
        scope = resource.scope_spans.add()
        for i in range(spans):
            span = scope.spans.add(name=f"op{i}", trace_id=trace.to_bytes(16, "big"), span_id=(i + 1).to_bytes(8, "big"))
            span.start_time_unix_nano, span.end_time_unix_nano = 10**18 + i, 10**18 + 5_000_000
            if i > 0:
                span.parent_span_id = (1).to_bytes(8, "big")
            tokens = span.attributes.add()
            tokens.key, tokens.value.int_value = "gen_ai.usage.input_tokens", 3
        return request

    def test_spans_of_any_exporter(self):
        trace = int(unique("")[1:], 16)
        request = self.request(trace, 2)
        response = self.export(request)
        self.assertEqual((response.status_code, response.headers["content-type"]), (200, "application/x-protobuf"))
        [info] = self.client.search_traces(locations=[self.experiment_id])
        self.assertEqual(info.info.trace_id, f"tr-{trace:032x}")
        self.assertEqual(info.info.tags["service.name"], "shop")
        self.assertEqual(info.info.execution_duration, 5)
        self.assertEqual([span.name for span in info.data.spans], ["op0", "op1"])
        self.assertEqual(self.export(request).status_code, 200)
        self.assertEqual(len(mlflow.get_trace(f"tr-{trace:032x}").data.spans), 2, "sent again, a span replaces itself")

    def test_packed_and_as_json(self):
        trace = int(unique("")[1:], 16)
        plain = self.request(trace).SerializeToString()
        for encoding, data in {"gzip": gzip.compress(plain), "deflate": zlib.compress(plain)}.items():
            with self.subTest(encoding):
                self.assertEqual(self.export(None, data, **{"content-encoding": encoding}).status_code, 200)
        span = {"traceId": f"{trace + 1:032x}", "spanId": f"{9:016x}", "name": "json", "startTimeUnixNano": "10"}
        body = {"resourceSpans": [{"scopeSpans": [{"spans": [span]}]}]}
        response = self.export(None, json.dumps(body).encode(), **{"content-type": "application/json"})
        self.assertEqual((response.status_code, response.json()), (200, {}))
        self.assertEqual(len(self.found("")), 2)

    def test_a_run_is_linked(self):
        trace = int(unique("")[1:], 16)
        run_id = self.new_run(self.experiment_id)
        self.export(self.request(trace), **{"x-mlflow-run-id": run_id})
        self.assertEqual(self.found(f"run_id = '{run_id}'"), [f"tr-{trace:032x}"])

    def test_what_is_refused(self):
        request = self.request(3, 2)
        request.resource_spans[0].scope_spans[0].spans[1].span_id = b""
        response = self.export(request)
        self.assertEqual(response.status_code, 200)
        self.assertIn(b"1 spans were refused", response.content)
        request.resource_spans[0].scope_spans[0].spans[0].trace_id = b"short"
        self.assertEqual(self.export(request).status_code, 422)
        self.assertEqual(self.export(self.request(), **{"x-mlflow-experiment-id": ""}).status_code, 422)
        self.assertEqual(self.export(self.request(), **{"x-mlflow-experiment-id": "98765"}).status_code, 404)
        self.assertEqual(self.export(None, b"\xff\xff\xff").status_code, 400)
        self.assertEqual(self.export(None, b"no gzip", **{"content-encoding": "gzip"}).status_code, 400)
        self.assertEqual(self.export(self.request(), **{"content-type": "text/plain"}).status_code, 400)
        bomb = gzip.compress(b"\0" * (129 * 1024 * 1024))
        self.assertEqual(self.export(None, bomb, **{"content-encoding": "gzip"}).status_code, 400)
        deep = ExportTraceServiceRequest()
        value = deep.resource_spans.add().resource.attributes.add().value
        for _ in range(80):
            value = value.array_value.values.add()
        self.assertEqual(self.export(deep).status_code, 400)
        self.assertEqual(raw("POST", "/v1/traces", token=None, data=b"").status_code, 401)


class Evaluation(Traced):
    def test_datasets_and_their_records(self):
        name = unique("questions")
        made = self.client.create_dataset(name, experiment_id=[self.experiment_id], tags={"team": "maps"})
        base = f"/api/3.0/mlflow/datasets/{made.dataset_id}"
        rows = [
            {"inputs": {"q": "a", "n": 1}, "expectations": {"answer": "A"}, "tags": {"x": "1"}},
            {"inputs": {"q": "b"}, "outputs": "B"},
        ]
        answer = raw("POST", f"{base}/records", json={"records": json.dumps(rows)}).json()
        self.assertEqual(answer, {"inserted_count": 2, "updated_count": 0})
        again = [{"inputs": {"n": 1, "q": "a"}, "expectations": {"why": "because"}}]
        answer = raw("POST", f"{base}/records", json={"records": json.dumps(again)}).json()
        self.assertEqual(answer, {"inserted_count": 0, "updated_count": 1})
        records = json.loads(raw("GET", f"{base}/records").json()["records"])
        self.assertEqual([record["inputs"]["q"] for record in records], ["a", "b"])
        self.assertEqual(records[0]["expectations"], {"answer": "A", "why": "because"})
        self.assertEqual(records[1]["outputs"], "B")
        dataset = self.client.get_dataset(made.dataset_id)
        self.assertEqual(json.loads(dataset.profile), {"num_records": 2})
        self.assertNotEqual(dataset.digest, made.digest)
        [found] = self.client.search_datasets(filter_string=f"name = '{name}' AND tags.team = 'maps'")
        self.assertEqual(found.dataset_id, made.dataset_id)
        deleted = raw("DELETE", f"{base}/records", json={"dataset_record_ids": [records[0]["dataset_record_id"]]})
        self.assertEqual(deleted.json(), {"deleted_count": 1})
        self.client.delete_dataset(made.dataset_id)
        self.assert_refused("RESOURCE_DOES_NOT_EXIST", "not found", self.client.get_dataset, made.dataset_id)

    def test_scorers_have_versions(self):
        def call(method, path, **arguments):
            return raw(method, f"/api/3.0/mlflow/scorers/{path}", **arguments)

        body = {"experiment_id": self.experiment_id, "name": "polite", "serialized_scorer": '{"name": "polite"}'}
        self.assertEqual([call("POST", "register", json=body).json()["version"] for _ in range(2)], [1, 2])
        named = {"experiment_id": self.experiment_id, "name": "polite"}
        self.assertEqual(call("GET", "get", params=named).json()["scorer"]["scorer_version"], 2)
        self.assertEqual(len(call("GET", "versions", params=named).json()["scorers"]), 2)
        config = call("PUT", "online-config", json={**named, "sample_rate": 0.25}).json()["config"]
        self.assertEqual(config["sample_rate"], 0.25)
        self.assertEqual(call("DELETE", "delete", json={**named, "version": 2}).status_code, 200)
        self.assertEqual(call("GET", "get", params=named).json()["scorer"]["scorer_version"], 1)
        call("DELETE", "delete", json=named)
        self.assert_answer(call("GET", "get", params=named), 404, "RESOURCE_DOES_NOT_EXIST", "Scorer with name 'polite'")


class Issues(Traced):
    def test_life_of_an_issue(self):
        def call(method, path, **arguments):
            return raw(method, f"/api/3.0/mlflow/issues{path}", **arguments)

        body = {"experiment_id": self.experiment_id, "name": "slow", "description": "Takes long", "severity": "high"}
        made = call("POST", "", json=body).json()["issue"]
        self.assertEqual((made["status"], made["severity"]), ("pending", "high"))
        updated = call("PATCH", f"/{made['issue_id']}", json={"status": "resolved"}).json()["issue"]
        self.assertEqual(updated["status"], "resolved")
        wanted = {"experiment_id": self.experiment_id, "filter_string": "status = 'resolved'"}
        self.assertEqual(len(call("POST", "/search", json=wanted).json()["issues"]), 1)
        wanted["filter_string"] = "status != 'resolved'"
        self.assertEqual(call("POST", "/search", json=wanted).json()["issues"], [])
        self.assert_answer(call("GET", "/iss-none"), 404, "RESOURCE_DOES_NOT_EXIST", "not found")
        self.assert_answer(call("POST", "", json={**body, "severity": "x"}), 400, "INVALID_PARAMETER_VALUE", "severity")


class Legacy(Traced):
    def test_a_beginning_and_an_end(self):
        start = raw(
            "POST",
            "/api/2.0/mlflow/traces",
            json={
                "experiment_id": self.experiment_id,
                "timestamp_ms": 1000,
                "tags": [{"key": "mlflow.traceName", "value": "old"}],
                "request_metadata": [{"key": "m", "value": "1"}],
            },
        ).json()["trace_info"]
        self.assertEqual(start["status"], "IN_PROGRESS")
        end = raw(
            "PATCH",
            f"/api/2.0/mlflow/traces/{start['request_id']}",
            json={"request_id": start["request_id"], "timestamp_ms": 3500, "status": "OK"},
        ).json()["trace_info"]
        self.assertEqual((end["execution_time_ms"], end["status"]), (2500, "OK"))
        found = raw("GET", "/api/2.0/mlflow/traces", params={"experiment_ids": self.experiment_id}).json()["traces"]
        self.assertEqual([trace["request_id"] for trace in found], [start["request_id"]])
