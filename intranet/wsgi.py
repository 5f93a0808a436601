"""The application for any WSGI server, as ``intranet.wsgi:application``.

The instance directory comes from INTRANET_INSTANCE, else ``instance`` in the working directory.
"""

import os
import signal
from pathlib import Path

from intranet import config
from intranet.app import create_app
from intranet.kernel.processes import SERVER, when_gone

application = create_app(config.load(Path(os.environ.get("INTRANET_INSTANCE", "instance"))))

server = int(os.environ.get(SERVER, 0))
if os.getppid() == server:
    when_gone(server, lambda: os.kill(os.getpid(), signal.SIGTERM))
