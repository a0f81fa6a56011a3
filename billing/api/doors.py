"""What the doors of billing share: exact numbers, and requests that are carried out once."""

import json
from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from django.http import Http404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response

from accounts import acting
from accounts.once import Once
from hospital.api import RecordViewSet
from hospital.gates import ExactJson
from hospital.models import one_of
from hospital.rows import as_json

IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description=(
        "Your own key of this request. Sent again with the same body it is answered as it was, with another body "
        "by 422; while the first still runs, it waits for its answer, and after that by 409 with Retry-After."
    ),
)
IF_MATCH = OpenApiParameter(
    "If-Match",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description='The ETag that you read, such as `"3"`.',
)


class MoneyViewSet(RecordViewSet):
    """A door of billing. Amounts are text in the answers, and text or numbers in what is sent."""

    parser_classes = (ExactJson,)

    def carried_out_once(
        self, verb: str, shape: Any, act: Callable[[Once | None], Any], *, status: int = 201, at: str = ""
    ) -> Response:
        """The answer to what Idempotency-Key names: that of the first time, or of `act`, which validates too.

        What was done is looked up before anything is read or compared: what was right the first time may be refused
        now, and the answer has to be the same.
        """
        once = self.once(lambda record: _to_keep(shape, record))
        if once and once.earlier(verb, by=self.user):
            return _answer(once.answer, status, at)
        record = act(once)
        return _answer(once.answer if once else as_json(shape, record), status, at)

    def reply(self, record: Any, status: int = 200, *, body: Any = None) -> Response:
        return super().reply(record, status, body=body or as_json(self.get_serializer_class(), record))

    def one_more(self, model: Any, pk: Any, **belongs: Any) -> Any:
        """A row that a body or an address names, if it belongs there; else 404, and who asked is written down."""
        row = one_of(model.objects.visible_to(self.user).filter(pk=pk, **belongs))
        if row is None:
            acting.not_shown(model, pk, by=self.user)
            raise Http404
        return row

    def several(self, model: Any, ids: Iterable[UUID], **belongs: Any) -> list[Any]:
        """The same of many, in one question."""
        wanted = list(ids)
        found = model.objects.visible_to(self.user).filter(**belongs).in_bulk(wanted) if wanted else {}
        for pk in wanted:
            if pk not in found:
                acting.not_shown(model, pk, by=self.user)
                raise Http404
        return [found[pk] for pk in wanted]


def _to_keep(shape: Any, record: Any) -> Any:
    return json.loads(JSONRenderer().render(as_json(shape, record)))


def _answer(body: Any, status: int, at: str) -> Response:
    headers = {"ETag": f'"{body["version"]}"'}
    if at:
        headers["Location"] = f"{at}/{body['id']}"
    return Response(body, status=status, headers=headers)
