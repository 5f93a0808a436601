"""The tests' own module lies on the path, so that it is found by its entry point like any other."""

import os
import sys
from pathlib import Path

PLUGINS = str(Path(__file__).parent / "plugins")
sys.path.insert(0, PLUGINS)
os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (PLUGINS, os.environ.get("PYTHONPATH"))))
