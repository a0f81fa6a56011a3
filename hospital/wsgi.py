"""The production server's entrance."""

import gc
import os

from django.core.wsgi import get_wsgi_application

from hospital.checks import refuse_a_wrong_start

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hospital.settings")
application = get_wsgi_application()
refuse_a_wrong_start()
# What the start has made stays until the end: the collector need not look at it at every round.
gc.collect()
gc.freeze()
