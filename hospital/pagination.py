"""Pages and filters of the API's lists."""

from typing import Any, cast

from django.db.models import QuerySet
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.views import APIView

LARGEST_PAGE = 100
OF_THE_LIST = {"page_size", "cursor", "ordering", "format"}


class Pages(CursorPagination):
    """`{"next", "previous", "results"}`; `page_size` up to 100. Never counts, never skips rows."""

    page_size = 25
    page_size_query_param = "page_size"
    max_page_size = LARGEST_PAGE
    ordering = "-id"
    invalid_cursor_message = "This cursor is not one of ours."

    def get_ordering(self, request: Request, queryset: QuerySet[Any], view: APIView) -> tuple[str, ...]:
        """The asked ordering if the view allows it, with the id as the last word."""
        allowed = {sign + name for name in getattr(view, "ordering_fields", ()) for sign in ("", "-")}
        asked = request.query_params.get("ordering", "")
        if asked and asked not in allowed:
            raise ValidationError({"ordering": f"One of: {', '.join(sorted(allowed)) or 'none'}."})
        order = (asked,) if asked else tuple(getattr(view, "ordering", (self.ordering,)))
        last = "-id" if order[0].startswith("-") else "id"
        return order if order[-1].lstrip("-") == "id" else (*order, last)

    def get_page_size(self, request: Request) -> int:
        asked = request.query_params.get(self.page_size_query_param, str(self.page_size))
        if not asked.isdecimal() or len(asked) > 9 or int(asked) < 1:
            raise ValidationError({"page_size": f"A whole number from 1 to {LARGEST_PAGE}."})
        return min(int(asked), LARGEST_PAGE)

    def decode_cursor(self, request: Request) -> Any:
        try:
            return super().decode_cursor(request)
        except (ValueError, TypeError) as error:
            raise NotFound(self.invalid_cursor_message) from error


class DeclaredFilters(DjangoFilterBackend):
    """The filters that a view declares; a query parameter that nobody declared is an error, not ignored."""

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: APIView) -> QuerySet[Any]:
        if getattr(view, "action", "list") != "list":
            return queryset
        declared = set(getattr(getattr(view, "filterset_class", None), "base_filters", {})) | OF_THE_LIST
        unknown = sorted(set(request.query_params) - declared)
        if unknown:
            raise ValidationError({name[:60]: "There is no such filter here." for name in unknown})
        if any("\x00" in value for values in request.query_params.lists() for value in values[1]):
            raise ValidationError({"": "A NUL character can't be searched for."})
        if OF_THE_LIST.issuperset(request.query_params):
            return queryset  # a form of filters, of which none is asked for, costs more than a query
        return cast("QuerySet[Any]", super().filter_queryset(request, queryset, view))
