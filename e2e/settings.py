"""The product's own settings, with the collected files where nobody else's are."""

import os

from hospital.settings import *  # noqa: F403

STATIC_ROOT = os.environ["E2E_STATIC_ROOT"]
