"""The application for any WSGI server, as ``intranet.wsgi:application``.

The instance directory comes from INTRANET_INSTANCE, else ``instance`` in the working directory.
"""

import os
from pathlib import Path

from intranet import config
from intranet.app import create_app

application = create_app(config.load(Path(os.environ.get("INTRANET_INSTANCE", "instance"))))
