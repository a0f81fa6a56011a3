"""The product's own settings, with the collected files where nobody else's are."""

import os
from pathlib import Path

from hospital.settings import *  # noqa: F403

STATIC_ROOT = Path(os.environ["E2E_STATIC_ROOT"])
