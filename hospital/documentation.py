"""The API's description, and two ways to read it; all of it from this server."""

from typing import Any

from csp.constants import NONCE
from csp.decorators import csp_update
from django.contrib.auth.decorators import login_not_required
from django.utils.decorators import method_decorator
from drf_spectacular.views import SpectacularAPIView, SpectacularRedocView, SpectacularSwaggerSplitView

from hospital.api import PUBLIC

NEEDS = {"get": PUBLIC}


class SchemaView(SpectacularAPIView):
    needs = NEEDS
    permission_classes: Any = []


@method_decorator(login_not_required, name="dispatch")
class SwaggerUi(SpectacularSwaggerSplitView):
    template_name = "docs/swagger.html"
    needs = NEEDS


@method_decorator([login_not_required, csp_update({"style-src": NONCE})], name="dispatch")
class ReDoc(SpectacularRedocView):
    """Its script makes style elements; they carry the nonce that static/js/redoc.js hands over."""

    template_name = "docs/redoc.html"
    needs = NEEDS
