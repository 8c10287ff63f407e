"""The prompt registry, as the client has it: over models and versions with tags of their own."""

import mlflow
from mlflow import genai
from mlflow.exceptions import MlflowException
from support import Case, unique


class Prompts(Case):
    def test_texts_versions_and_tags(self):
        name = unique("greeting")
        first = genai.register_prompt(name, "Hello {{name}}", commit_message="first", tags={"author": "a"})
        self.assertEqual((first.version, first.commit_message, first.tags), (1, "first", {"author": "a"}))
        genai.register_prompt(name, "Good day, {{name}}")
        self.assertEqual(genai.load_prompt(f"prompts:/{name}/1").format(name="you"), "Hello you")
        self.assertEqual(genai.load_prompt(f"prompts:/{name}@latest").version, 2)
        self.assertIsNone(genai.load_prompt(unique("none"), allow_missing=True))
        genai.set_prompt_tag(name, "k", "v")
        self.assertEqual(genai.get_prompt_tags(name)["k"], "v")
        genai.delete_prompt_tag(name, "k")
        self.assertNotIn("k", genai.get_prompt_tags(name))
        genai.set_prompt_version_tag(name, 1, "k", "v")
        self.assertEqual(genai.load_prompt(name, version=1).tags["k"], "v")
        genai.delete_prompt_version_tag(name, 1, "k")
        self.assertNotIn("k", genai.load_prompt(name, version=1).tags)
        self.assertEqual([one.version for one in self.client.search_prompt_versions(name)], [2, 1])

    def test_chats_with_a_model_and_a_format(self):
        name = unique("chat")
        chat = [{"role": "system", "content": "You are {{role}}"}, {"role": "user", "content": "{{question}}"}]
        genai.register_prompt(name, chat, model_config={"model_name": "m", "temperature": 0.5}, response_format={"type": "object"})
        loaded = genai.load_prompt(name, version=1)
        self.assertFalse(loaded.is_text_prompt)
        self.assertEqual(loaded.format(role="kind", question="Why?")[1], {"role": "user", "content": "Why?"})
        self.assertEqual((loaded.model_config, loaded.response_format), ({"model_name": "m", "temperature": 0.5}, {"type": "object"}))
        genai.set_prompt_model_config(name, 1, {"model_name": "other"})
        self.assertEqual(genai.load_prompt(name, version=1).model_config, {"model_name": "other"})

    def test_aliases(self):
        name = unique("alias")
        for number in range(3):
            genai.register_prompt(name, f"number {number}")
        genai.set_prompt_alias(name, "live", 2)
        loaded = genai.load_prompt(f"prompts:/{name}@live", cache_ttl_seconds=0)
        self.assertEqual((loaded.version, loaded.aliases), (2, ["live"]))
        genai.set_prompt_alias(name, "live", 1)
        self.assertEqual(genai.load_prompt(f"prompts:/{name}@live", cache_ttl_seconds=0).version, 1)
        genai.delete_prompt_alias(name, "live")
        with self.assertRaises(MlflowException):
            genai.load_prompt(f"prompts:/{name}@live", cache_ttl_seconds=0)

    def test_prompts_and_models_are_apart(self):
        mark = unique("apart")
        self.client.create_registered_model(f"{mark}-model")
        genai.register_prompt(f"{mark}-prompt", "x")
        found = f"name LIKE '{mark}%'"
        self.assertEqual([one.name for one in self.client.search_registered_models(found)], [f"{mark}-model"])
        self.assertEqual([one.name for one in genai.search_prompts(found)], [f"{mark}-prompt"])
        with self.assertRaisesRegex(MlflowException, "exists with the same name"):
            genai.register_prompt(f"{mark}-model", "x")
        with self.assertRaisesRegex(MlflowException, "can only contain alphanumeric characters"):
            genai.register_prompt("a b/c", "x")

    def test_deleting(self):
        name = unique("gone")
        genai.register_prompt(name, "x")
        genai.register_prompt(name, "y")
        self.client.delete_prompt_version(name, "1")
        self.assertEqual([one.version for one in self.client.search_prompt_versions(name)], [2])
        self.client.delete_prompt(name)
        self.assertIsNone(genai.load_prompt(name, allow_missing=True, cache_ttl_seconds=0))

    def test_a_run_remembers_what_it_loaded(self):
        name = unique("linked")
        genai.register_prompt(name, "Hi {{x}}")
        with mlflow.start_run(experiment_id=self.new_experiment()) as run:
            genai.load_prompt(f"prompts:/{name}/1")
        self.assertIn(name, self.client.get_run(run.info.run_id).data.tags["mlflow.linkedPrompts"])
