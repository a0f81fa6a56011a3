"""The timeline at the API."""

from typing import Any
from urllib.parse import urlencode

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from patients import timeline
from patients.api.charts import ChartViewSet
from patients.models import Patient
from patients.serializers.timeline import LineSerializer, StreamSerializer

ASKED = {"kind", "before"}


class TimelineViewSet(ChartViewSet):
    """Everything of one patient in one stream."""

    queryset = Patient.objects.none()
    part = "timeline"
    serializer_class = LineSerializer
    pagination_class = None
    needs = {"list": "patients.view_timelineentry"}

    @extend_schema(
        parameters=[
            OpenApiParameter("kind", str, many=True, description="Only these kinds."),
            OpenApiParameter("before", str, description="Where the page before ended: from its `next`."),
        ],
        responses={200: StreamSerializer},
        filters=False,
    )
    def list(self, request: Request, pk: str) -> Response:  # type: ignore[override]
        """The latest first, 30 at a time. `next` is the address of those before them, or null."""
        known = {kind.key for kind in timeline.kinds_for(self.user)}
        kinds = request.query_params.getlist("kind")
        wrong: dict[str, Any] = {
            name[:60]: "There is no such filter here." for name in sorted(set(request.query_params) - ASKED)
        }
        if set(kinds) - known:
            wrong["kind"] = f"Of these: {', '.join(sorted(known))}."
        if wrong:
            raise ValidationError(wrong)
        before = request.query_params.get("before", "")
        lines, older = timeline.read(self.patient, self.user, kinds=kinds, before=before)
        query = urlencode([*(("kind", kind) for kind in kinds), ("before", older)])
        following = request.build_absolute_uri(f"{request.path}?{query}") if older else None
        return Response({"results": LineSerializer(lines, many=True).data, "next": following})
