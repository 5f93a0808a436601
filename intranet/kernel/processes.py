"""Processes that belong together end together."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable

LOOK_EVERY = 1.0
# The environment variable that tells a web worker the id of its server.
SERVER = "INTRANET_SERVER"


def when_gone(parent: int, do: Callable[[], None]) -> None:
    """Call ``do``, from a thread, once this process is no longer a child of ``parent``.

    A server that was killed cannot end its children, and workers that live on keep its port; on Windows the console
    does.
    """

    def watch() -> None:
        while os.name == "nt" or os.getppid() == parent:
            time.sleep(LOOK_EVERY)
        do()

    threading.Thread(target=watch, daemon=True).start()
