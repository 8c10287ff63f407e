"""Trains a classifier of 8x8 images of digits and writes it as ONNX.

Knows nothing of Slipway's code: it reads files and environment variables, and tracks with any MLflow client.
"""

import csv
import json
import os
from pathlib import Path

import mlflow
import numpy as np
from skl2onnx import to_onnx
from skl2onnx.common.data_types import FloatTensorType
from sklearn.model_selection import cross_val_score
from sklearn.svm import SVC

params = json.loads(os.environ["SLIPWAY_PARAMS"])
features, label = params["features"], params["label"]

with open(Path(os.environ["SLIPWAY_INPUTS"]) / "train" / "train.csv", newline="") as file:
    rows = list(csv.DictReader(file))
x = np.array([[float(row[name]) for name in features] for row in rows], dtype=np.float32)
y = np.array([int(float(row[label])) for row in rows], dtype=np.int64)
print(f"{len(rows)} rows, {len(features)} features, {len(set(y.tolist()))} classes")

with mlflow.start_run(run_id=os.environ["MLFLOW_RUN_ID"]):
    mlflow.log_params({"C": params["C"], "gamma": params["gamma"], "rows": len(rows)})
    model = SVC(C=params["C"], gamma=params["gamma"])
    scores = cross_val_score(model, x, y, cv=3)
    for fold, score in enumerate(scores):
        mlflow.log_metric("fold_accuracy", float(score), step=fold)
    mlflow.log_metric("cv_accuracy", float(scores.mean()))
    model.fit(x, y)
    mlflow.log_metric("support_vectors", int(model.n_support_.sum()))
    print(f"cross-validated accuracy {scores.mean():.4f}")

onnx = to_onnx(
    model,
    initial_types=[("input", FloatTensorType([None, len(features)]))],
    options={"zipmap": False},
    target_opset=21,
)
out = Path(os.environ["SLIPWAY_OUTPUTS"]) / "model" / "model.onnx"
out.write_bytes(onnx.SerializeToString())
print(f"wrote {out.name}, {out.stat().st_size} bytes")
