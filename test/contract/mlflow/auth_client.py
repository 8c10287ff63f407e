"""MLflow's own AuthServiceClient, which lies among the server's modules: without the server's dependencies."""

import sys
from pathlib import Path
from types import ModuleType

import mlflow

server = Path(mlflow.__file__).parent / "server"
for name, path in (("mlflow.server", server), ("mlflow.server.auth", server / "auth")):
    package = ModuleType(name)
    package.__path__ = [str(path)]
    sys.modules.setdefault(name, package)

handlers = ModuleType("mlflow.server.handlers")
handlers._add_static_prefix = lambda route: route
handlers._get_rest_path = lambda path, version=2: f"/api/{version}.0{path}"
handlers._get_ajax_path = lambda path, version=2: f"/ajax-api/{version}.0{path}"
sys.modules.setdefault("mlflow.server.handlers", handlers)

from mlflow.server.auth.client import AuthServiceClient  # noqa: E402

__all__ = ["AuthServiceClient"]
