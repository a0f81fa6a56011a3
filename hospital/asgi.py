"""An ASGI server's entrance."""

import os

from django.core.asgi import get_asgi_application

from hospital.checks import refuse_a_wrong_start

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hospital.settings")
application = get_asgi_application()
refuse_a_wrong_start()
