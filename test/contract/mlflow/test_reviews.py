import os

os.environ["MLFLOW_ENABLE_ASYNC_TRACE_LOGGING"] = "false"

import mlflow
from mlflow.exceptions import MlflowException
from auth_client import AuthServiceClient
from support import URL, Case, newest, raw, unique
from test_auth import acting

try:
    from mlflow.genai import label_schemas, review_queues
    from mlflow.genai.label_schemas import InputCategorical, InputNumeric, InputPassFail, InputText
except ImportError:
    pass


class Reviewed(Case):
    def setUp(self):
        super().setUp()
        self.experiment_id = self.new_experiment()
        mlflow.set_experiment(experiment_id=self.experiment_id)
        self.addCleanup(mlflow.set_experiment, experiment_id="0")

    def one(self) -> str:
        with mlflow.start_span("root") as span:
            pass
        return span.trace_id

    def schema(self, name: str, **arguments):
        arguments = {"type": "feedback", "input": InputPassFail("Yes", "No"), **arguments}
        return label_schemas.create_label_schema(name, **arguments)

    def named(self, name: str):
        return label_schemas.get_label_schema(name=name, experiment_id=self.experiment_id)


@newest
class Schemas(Reviewed):
    def test_every_input_comes_back(self):
        for name, input in (
            ("pass", InputPassFail("Right", "Wrong")),
            ("sort", InputCategorical(["a", "b"], multi_select=True)),
            ("one", InputCategorical(["a"])),
            ("number", InputNumeric(min_value=0.5)),
            ("bounds", InputNumeric(-1, 2)),
            ("any", InputNumeric()),
            ("text", InputText(max_length=10)),
            ("free", InputText()),
        ):
            with self.subTest(name):
                made = self.schema(name, type="expectation", input=input, instruction="Look!", enable_comment=True)
                self.assertEqual((made.input, made.type, made.instruction), (input, "expectation", "Look!"))
                self.assertTrue(made.enable_comment)
                self.assertEqual(label_schemas.get_label_schema(schema_id=made.schema_id), made)
                self.assertEqual(self.named(name), made)

    def test_listed_with_the_standard_question(self):
        made = [self.schema(f"s{i}") for i in range(3)]
        found, token = [], None
        while True:
            page = label_schemas.list_label_schemas(max_results=2, page_token=token)
            found += list(page)
            token = page.token
            if not token:
                break
        self.assertEqual({one.name for one in found}, {"Feedback", "s0", "s1", "s2"})
        (standard,) = [one for one in found if one.is_default]
        self.assertEqual((standard.name, standard.input, standard.type), ("Feedback", InputText(), "feedback"))
        delete, update = label_schemas.delete_label_schema, label_schemas.update_label_schema
        self.assert_refused("INVALID_PARAMETER_VALUE", "cannot be deleted", delete, schema_id=standard.schema_id)
        self.assert_refused("INVALID_PARAMETER_VALUE", "cannot be edited", update, standard.schema_id, name="x")
        delete(schema_id=made[0].schema_id)
        delete(schema_id=made[0].schema_id)
        self.assert_refused("RESOURCE_DOES_NOT_EXIST", "not found", self.named, "s0")

    def test_changed_in_part(self):
        made = self.schema("before", instruction="Look!")
        changed = label_schemas.update_label_schema(made.schema_id, name="after", input=InputPassFail("A", "B"))
        self.assertEqual((changed.name, changed.instruction), ("after", "Look!"))
        self.assertEqual(changed.input, InputPassFail("A", "B"))
        emptied = label_schemas.update_label_schema(made.schema_id, instruction="", enable_comment=True)
        self.assertEqual((emptied.instruction, emptied.enable_comment), ("", True))
        self.schema("taken")
        update = label_schemas.update_label_schema
        self.assert_refused("RESOURCE_ALREADY_EXISTS", "'taken' already exists", update, made.schema_id, name="taken")
        self.assert_refused("INVALID_PARAMETER_VALUE", "got: InputText", update, made.schema_id, input=InputText())
        self.assert_refused("RESOURCE_ALREADY_EXISTS", "'taken' already exists", self.schema, "taken")

    def test_what_no_client_would_send(self):
        path = "/api/3.0/mlflow/label-schemas/create"
        body = {"experiment_id": self.experiment_id, "name": "n", "type": "FEEDBACK", "input": {"text": {}}}
        for change, words in (
            ({"input": None}, "got an empty oneof"),
            ({"input": {}}, "got an empty oneof"),
            ({"type": None}, "must be one of FEEDBACK or EXPECTATION; got proto enum value 0"),
            ({"name": ""}, "Missing value for required parameter 'name'"),
            ({"name": "n" * 251}, "at most 250 characters; got 251"),
            ({"name": "FEEDBACK "}, "is reserved"),
            ({"input": {"numeric": {"min_value": 2, "max_value": 1}}}, "got min=2.0, max=1.0"),
            ({"input": {"text": {"max_length": 0}}}, "at least 1; got 0"),
            ({"input": {"categorical": {}}}, "must be a non-empty list; got []"),
        ):
            with self.subTest(words):
                self.assert_answer(raw("POST", path, json={**body, **change}), 400, "INVALID_PARAMETER_VALUE", words)
        listed = raw("GET", "/api/3.0/mlflow/label-schemas/list", params={"experiment_id": self.experiment_id, "max_results": 0})
        self.assert_answer(listed, 400, "INVALID_PARAMETER_VALUE", "max_results must be between 1 and 50000.")


@newest
class Queues(Reviewed):
    def test_made_found_changed_deleted(self):
        schema = self.schema("question")
        made = review_queues.create_review_queue(
            "Hard ones", queue_type="custom", users=["Bo", "ada"], schema_ids=[schema.schema_id]
        )
        self.assertEqual((made.name, made.queue_type, made.users), ("Hard ones", "custom", ["ada", "bo"]))
        self.assertEqual(made.schema_ids, [schema.schema_id])
        self.assertEqual(review_queues.get_review_queue(queue_id=made.queue_id), made)
        self.assertEqual(review_queues.get_review_queue(name="HARD ones"), made)
        changed = review_queues.update_review_queue(made.queue_id, users=[], schema_ids=[], name="Harder")
        self.assertEqual((changed.users, changed.schema_ids, changed.name), ([], [], "Harder"))
        self.assertEqual(review_queues.update_review_queue(made.queue_id, new_owner=" Ada ").created_by, "Ada")
        create = review_queues.create_review_queue
        self.assert_refused("RESOURCE_ALREADY_EXISTS", "case-insensitive", create, "hARDER", queue_type="custom")
        review_queues.delete_review_queue(made.queue_id)
        review_queues.delete_review_queue(made.queue_id)
        get = review_queues.get_review_queue
        self.assert_refused("RESOURCE_DOES_NOT_EXIST", "not found", get, queue_id=made.queue_id)

    def test_of_one_person(self):
        user = unique("Person")
        made = review_queues.get_or_create_user_queue(user)
        self.assertEqual((made.name, made.queue_type, made.users), (user.lower(), "user", [user.lower()]))
        self.assertEqual(review_queues.get_or_create_user_queue(user.upper()), made)
        other = review_queues.create_review_queue("of many", queue_type="custom", users=["ada", user])
        review_queues.create_review_queue("of nobody", queue_type="custom")
        found = review_queues.list_review_queues(user=user)
        self.assertEqual({queue.queue_id for queue in found}, {made.queue_id, other.queue_id})
        self.assertEqual(len(review_queues.list_review_queues()), 3)
        self.assertTrue(review_queues.list_review_queues(max_results=1).token)
        update = review_queues.update_review_queue
        self.assert_refused("INVALID_PARAMETER_VALUE", "are fixed", update, made.queue_id, users=["ada"])
        self.assert_refused(
            "RESOURCE_ALREADY_EXISTS", "non-user queue", review_queues.get_or_create_user_queue, "of nobody"
        )

    def test_traces_are_reviewed(self):
        queue = review_queues.create_review_queue("all", queue_type="custom")
        one, two = self.one(), self.one()
        items = review_queues.add_items_to_review_queue(queue.queue_id, item_ids=[two, one, two])
        self.assertEqual([(item.item_id, item.status) for item in items], [(two, "pending"), (one, "pending")])
        settle = review_queues.set_review_queue_item_status
        item = settle(queue.queue_id, item_id=one, status="complete", completed_by="somebody else")
        self.assertEqual(item.status, "complete")
        # Whoever is known cannot speak for others.
        self.assertNotIn(item.completed_by, (None, "somebody else"))
        self.assertEqual(settle(queue.queue_id, item_id=one, status="complete", completed_by="x"), item)
        left = review_queues.list_review_queue_items(queue.queue_id, status="pending")
        self.assertEqual([item.item_id for item in left], [two])
        item = settle(queue.queue_id, item_id=one, status="pending")
        self.assertEqual((item.completed_by, item.completed_time_ms), (None, None))
        update = review_queues.update_review_queue
        self.assert_refused("INVALID_PARAMETER_VALUE", "questions are locked", update, queue.queue_id, schema_ids=[])
        review_queues.remove_items_from_review_queue(queue.queue_id, item_ids=[one, "tr-unknown"])
        self.assertEqual([item.item_id for item in review_queues.list_review_queue_items(queue.queue_id)], [two])
        self.assert_refused(
            "RESOURCE_DOES_NOT_EXIST", "is not attached", settle, queue.queue_id, item_id=one, status="pending"
        )
        self.client.delete_traces(self.experiment_id, trace_ids=[two])
        self.assertEqual(review_queues.list_review_queue_items(queue.queue_id), [])

    def test_traces_of_other_experiments_stay_out(self):
        queue = review_queues.create_review_queue("all", queue_type="custom")
        mlflow.set_experiment(experiment_id=self.new_experiment())
        other = self.one()
        add = review_queues.add_items_to_review_queue
        self.assert_refused(
            "RESOURCE_DOES_NOT_EXIST", f"Cannot attach trace(s) ['{other}']", add, queue.queue_id, item_ids=[other]
        )


@newest
class Limits(Reviewed):
    def setUp(self):
        super().setUp()
        self.auth = AuthServiceClient(URL)
        self.person = (unique("Person"), unique("p:w"))
        self.auth.create_user(*self.person)

    def assert_denied(self, call, *arguments, **keywords):
        with self.assertRaises(MlflowException) as caught:
            call(*arguments, **keywords)
        self.assertEqual(caught.exception.error_code, "PERMISSION_DENIED", caught.exception.message)

    def test_who_may_only_read_sees_the_own(self):
        schema = self.schema("question")
        mine = review_queues.create_review_queue("mine", queue_type="custom", users=[self.person[0]])
        other = review_queues.create_review_queue("other", queue_type="custom")
        with acting(*self.person):
            self.assertEqual(label_schemas.get_label_schema(schema_id=schema.schema_id), schema)
            self.assertEqual([queue.name for queue in review_queues.list_review_queues()], ["mine"])
            self.assertEqual(review_queues.get_review_queue(queue_id=mine.queue_id), mine)
            for call, arguments in (
                (self.schema, {"name": "x"}),
                (label_schemas.update_label_schema, {"schema_id": schema.schema_id, "name": "x"}),
                (label_schemas.delete_label_schema, {"schema_id": schema.schema_id}),
                (review_queues.get_review_queue, {"queue_id": other.queue_id}),
                (review_queues.get_review_queue, {"name": "other"}),
                (review_queues.list_review_queue_items, {"queue_id": other.queue_id}),
                (review_queues.create_review_queue, {"name": "x", "queue_type": "custom"}),
                (review_queues.get_or_create_user_queue, {"user": self.person[0]}),
                (review_queues.update_review_queue, {"queue_id": mine.queue_id, "users": []}),
                (review_queues.delete_review_queue, {"queue_id": mine.queue_id}),
                (review_queues.add_items_to_review_queue, {"queue_id": mine.queue_id, "item_ids": ["tr-1"]}),
            ):
                with self.subTest(call.__name__):
                    self.assert_denied(call, **arguments)

    def test_who_may_edit_owns_what_it_makes(self):
        trace = self.one()
        schema = self.schema("question")
        other = review_queues.create_review_queue("other", queue_type="custom")
        body = {"experiment_id": self.experiment_id, "username": self.person[0], "permission": "EDIT"}
        self.assert_answer(raw("POST", "/api/2.0/mlflow/experiments/permissions/create", json=body), 200, None)
        with acting(*self.person):
            made = review_queues.create_review_queue("made", queue_type="custom")
            self.assertEqual(made.created_by, self.person[0])
            self.assertEqual(len(review_queues.list_review_queues()), 2)
            review_queues.add_items_to_review_queue(other.queue_id, item_ids=[trace])
            review_queues.add_items_to_review_queue(made.queue_id, item_ids=[trace])
            settle = {"item_id": trace, "status": "complete", "completed_by": "x"}
            for call, arguments in (
                (label_schemas.update_label_schema, {"schema_id": schema.schema_id, "name": "x"}),
                (review_queues.get_review_queue, {"queue_id": other.queue_id}),
                (review_queues.delete_review_queue, {"queue_id": other.queue_id}),
                (review_queues.remove_items_from_review_queue, {"queue_id": other.queue_id, "item_ids": [trace]}),
                (review_queues.update_review_queue, {"queue_id": made.queue_id, "new_owner": "ada"}),
                (review_queues.set_review_queue_item_status, {"queue_id": made.queue_id, **settle}),
            ):
                with self.subTest(call.__name__):
                    self.assert_denied(call, **arguments)
            review_queues.update_review_queue(made.queue_id, users=[self.person[0]])
            item = review_queues.set_review_queue_item_status(made.queue_id, **settle)
            self.assertEqual(item.completed_by, self.person[0].lower())
            review_queues.delete_review_queue(made.queue_id)

    def test_a_queue_does_not_hide_a_persons_own(self):
        name = self.person[0].upper()
        create, update = review_queues.create_review_queue, review_queues.update_review_queue
        self.assert_refused("INVALID_PARAMETER_VALUE", "is a registered user", create, name, queue_type="custom")
        made = create("mine", queue_type="custom")
        self.assert_refused("INVALID_PARAMETER_VALUE", "is a registered user", update, made.queue_id, name=name)
