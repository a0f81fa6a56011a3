"""The API's description, and two ways to read it; all of it from this server."""

from typing import Any, ClassVar

from csp.constants import NONCE
from csp.decorators import csp_update
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.utils.decorators import method_decorator
from drf_spectacular.views import SpectacularAPIView, SpectacularRedocView, SpectacularSwaggerSplitView

from hospital.api import PUBLIC

NEEDS = {"get": PUBLIC}
OF_ITS_OWN = {"lang", "version"}  # ask for another description


class SchemaView(SpectacularAPIView):
    """The same for everybody as long as the process runs, so that it is made once in each format."""

    needs = NEEDS
    permission_classes: Any = []
    made: ClassVar[dict[str, tuple[bytes, str]]] = {}

    def _get_schema_response(self, request: Any) -> Any:
        whole: Any = super()._get_schema_response
        kind, render = request.accepted_renderer.media_type, request.accepted_renderer.render
        if OF_ITS_OWN & request.GET.keys():
            return whole(request)
        if kind not in self.made:
            found = whole(request)
            self.made[kind] = render(found.data, renderer_context={}), found["Content-Disposition"]
        content, name = self.made[kind]
        return HttpResponse(
            content, content_type=f"{kind}; charset=utf-8", headers={"Content-Disposition": name}
        )


@method_decorator(login_not_required, name="dispatch")
class SwaggerUi(SpectacularSwaggerSplitView):
    template_name = "docs/swagger.html"
    needs = NEEDS


@method_decorator([login_not_required, csp_update({"style-src": NONCE})], name="dispatch")
class ReDoc(SpectacularRedocView):
    """Its script makes style elements; they carry the nonce that static/js/redoc.js hands over."""

    template_name = "docs/redoc.html"
    needs = NEEDS
