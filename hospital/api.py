"""What every endpoint of the API needs: its policy, the row it is about, versions, answers."""

import json
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, cast
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404
from rest_framework.exceptions import ValidationError
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.viewsets import GenericViewSet

from accounts import acting
from accounts.models import User
from accounts.once import LONGEST_KEY, Once, fingerprint
from accounts.roles import PUBLIC as PUBLIC
from accounts.roles import SIGNED_IN as SIGNED_IN
from hospital.models import Record, one_of
from hospital.problems import StaleMatch, VersionMissing
from hospital.rows import all_as_json


class RecordViewSet(GenericViewSet[Any]):
    """The JSON door of one noun. Declare `needs` (action → permission); write actions call one service each."""

    needs: ClassVar[Mapping[str, str]] = {}
    about_patients = False
    lookup_value_regex = "[0-9a-fA-F-]{32,36}"

    @property
    def user(self) -> User:
        """Who asks; an AnonymousUser only where the action is PUBLIC."""
        return self.request.user  # type: ignore[return-value]

    def get_queryset(self) -> QuerySet[Any]:
        rows: Any = super().get_queryset()
        return cast("QuerySet[Any]", rows.visible_to(self.user))

    def get_object(self) -> Any:
        """The row, if this user may know of it; else 404. Opening a row about a patient is audited."""
        try:
            pk = UUID(self.kwargs["pk"])
        except ValueError as error:
            raise Http404 from error
        row = one_of(self.get_queryset().filter(pk=pk))
        if row is None:
            acting.not_shown(self._model(), pk, by=self.user)
            raise Http404
        acting.opened(row, by=self.user)
        return row

    def _model(self) -> Any:
        return vars(type(self))["queryset"].model

    def list(self, request: Request) -> Response:
        rows = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        if self.about_patients:
            meta = self._model()._meta
            verb = f"{meta.app_label}.view_{meta.model_name}"
            acting.listed(verb, by=self.user, filters=request.query_params.dict(), count=len(rows))
        return self.get_paginated_response(all_as_json(self.get_serializer_class(), rows))

    def retrieve(self, request: Request, pk: str) -> Response:
        return self.reply(self.get_object())

    def validated(
        self, shape: type[BaseSerializer[Any]], *, partial: bool = False, instance: Any = None
    ) -> dict[str, Any]:
        """The body in this shape, or 400 naming each field that is wrong."""
        if not isinstance(self.request.data, dict):
            raise ValidationError({"": "A JSON object is expected."})
        serializer = cast("Any", shape)(
            instance, data=self.request.data, partial=partial, context=self.get_serializer_context()
        )
        serializer.is_valid(raise_exception=True)
        return dict(serializer.validated_data)

    def seen_version(self, record: Record) -> int:
        """The version that the asker has seen: If-Match (412 if it is over), or `version` in the body (409 then)."""
        match = self.request.headers.get("If-Match", "").strip()
        if match:
            if match not in {"*", f'"{record.version}"'}:
                raise StaleMatch
            return record.version
        given = self.request.data.get("version") if isinstance(self.request.data, dict) else None
        if given is None:
            raise VersionMissing
        if not isinstance(given, int) or isinstance(given, bool) or given < 1:
            raise ValidationError({"version": "A whole number, as it was read."})
        return given

    def version_if_sent(self, record: Record) -> int | None:
        """For a step that the record's state itself allows or forbids: no version is needed; one that is sent counts."""
        data = self.request.data
        sent = "If-Match" in self.request.headers or (isinstance(data, dict) and "version" in data)
        return self.seen_version(record) if sent else None

    def once(self, render: Callable[[Any], Any]) -> Once | None:
        """What Idempotency-Key asks for, or None. The same body at another address is another request."""
        key = self.request.headers.get("Idempotency-Key", "")
        if not key:
            return None
        if len(key) > LONGEST_KEY:
            raise ValidationError({"Idempotency-Key": f"At most {LONGEST_KEY} characters."})
        asked = {"at": self.request.path, "body": self.request.data}
        return Once(key, fingerprint(asked), render)

    def written(self, record: Any) -> Any:
        """The record as JSON, as `reply` would answer it."""
        return json.loads(JSONRenderer().render(self.get_serializer(record).data))

    def reply(self, record: Any, status: int = 200, *, body: Any = None) -> Response:
        """The record with its ETag; after creating it, with its address too."""
        headers = {"ETag": f'"{record.version}"'}
        if status == 201:
            headers["Location"] = f"{self.request.path.rstrip('/')}/{record.pk}"
        return Response(
            body if body is not None else self.get_serializer(record).data, status=status, headers=headers
        )
