"""How the parts of the system are doing, for other systems."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from analytics.health.status import status
from analytics.serializers import StatusSerializer
from hospital.api import RecordViewSet


class SystemView(RecordViewSet):
    """The state of each part, as it was last seen."""

    serializer_class = StatusSerializer
    needs = {"system": "analytics.view_system"}

    @extend_schema(operation_id="analytics_system", responses={200: StatusSerializer}, filters=False)
    def system(self, request: Request) -> Response:
        """Every part with its state, since when, a figure, and what to do about it.

        Looked at every eight seconds. `unknown` is said of what cannot be looked at, or was not for more than a minute.
        """
        return Response(StatusSerializer(status()).data)
