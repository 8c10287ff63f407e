import os

import mlflow
import numpy
import onnx
from support import Case, unique


class Onnx(Case):
    def test_log_register_and_run(self):
        model = onnx.load(os.environ["TEST_ONNX_MODEL"])
        name = unique("linear")
        with mlflow.start_run():
            mlflow.onnx.log_model(model, name="linear", registered_model_name=name)
        loaded = mlflow.onnx.load_model(f"models:/{name}/1")
        self.assertEqual(loaded.SerializeToString(), model.SerializeToString())
        generic = mlflow.pyfunc.load_model(f"models:/{name}/1")
        [width] = [one.dim_value for one in model.graph.input[0].type.tensor_type.shape.dim][1:]
        answer = generic.predict(numpy.ones((3, width), dtype=numpy.float32))
        values = answer if isinstance(answer, numpy.ndarray) else next(iter(answer.values()))
        self.assertEqual(len(values), 3)
