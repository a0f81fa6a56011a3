"""One shape for everything that goes wrong at the API: problem details, RFC 9457.

`{"type", "title", "status", "code", "detail", "errors": [{"field", "code", "message"}], …}` as
application/problem+json. `code` is stable and for machines. A refusal may bring `offers`.
"""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views import defaults
from rest_framework import exceptions
from rest_framework.response import Response

from hospital import engine
from hospital.errors import LostRace, Refusal, TooMany
from hospital.gates import TooLarge

TYPE = "about:blank"
CONTENT_TYPE = "application/problem+json"
STILL_RUNNING = "Others are changing the same at this moment. Nothing was done: send it again."
CODES = {
    400: "bad_request",
    401: "not_authenticated",
    403: "permission_denied",
    404: "not_found",
    405: "method_not_allowed",
    406: "not_acceptable",
    409: "refused",
    412: "precondition_failed",
    413: "too_large",
    415: "unsupported_media_type",
    428: "precondition_required",
    429: "too_many_requests",
    500: "server_error",
}


class StaleMatch(exceptions.APIException):
    """If-Match names another version than the record has now."""

    status_code = HTTPStatus.PRECONDITION_FAILED
    default_detail = "The record has changed since you read it. Nothing was changed."
    default_code = "precondition_failed"


class VersionMissing(exceptions.APIException):
    """Neither If-Match nor `version` says which version is to be changed."""

    status_code = HTTPStatus.PRECONDITION_REQUIRED
    default_detail = "Send If-Match with the ETag that you read, or `version` in the body."
    default_code = "precondition_required"


def problem(status: int, detail: str, *, code: str = "", **more: Any) -> dict[str, Any]:
    """The body of a problem. Members without a value are left out, `errors` always stands."""
    body = {
        "type": TYPE,
        "title": HTTPStatus(status).phrase,
        "status": int(status),
        "code": code or CODES.get(status, "error"),
        "detail": detail,
        "errors": more.pop("errors", []),
    }
    return body | {name: value for name, value in more.items() if value}


def _flat(detail: Any, field: str = "") -> list[dict[str, str]]:
    """DRF's nested errors, one line each; a nested field is written with dots."""
    if isinstance(detail, dict):
        return [
            line
            for name, inner in detail.items()
            for line in _flat(inner, field if name == "non_field_errors" else f"{field}.{name}".strip("."))
        ]
    if isinstance(detail, list):
        return [line for inner in detail for line in _flat(inner, field)]
    return [{"field": field, "code": str(getattr(detail, "code", "invalid")), "message": str(detail)}]


def from_django(error: ValidationError) -> exceptions.ValidationError:
    """Django's ValidationError with DRF's shape."""
    if hasattr(error, "error_dict"):
        detail: Any = {
            ("" if name == "__all__" else name): [
                exceptions.ErrorDetail(message, one.code or "invalid")
                for one in errors
                for message in one.messages
            ]
            for name, errors in error.error_dict.items()
        }
        return exceptions.ValidationError(detail)
    return exceptions.ValidationError({"": error.messages})


def _understood(error: Exception) -> Exception:
    if isinstance(error, ValidationError):
        return from_django(error)
    if isinstance(error, Http404):
        return exceptions.NotFound()
    if isinstance(error, PermissionDenied):
        return exceptions.PermissionDenied()
    if isinstance(error, RequestDataTooBig):
        return TooLarge()
    return error


def _body(error: exceptions.APIException) -> dict[str, Any]:
    if isinstance(error, exceptions.ValidationError):
        return problem(
            400, "The request was not understood as it stands.", code="invalid", errors=_flat(error.detail)
        )
    code = error.get_codes()
    given = code if isinstance(code, str) and code not in {"error", "not_authenticated", "throttled"} else ""
    return problem(error.status_code, str(error.detail), code=given)


def answer(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler. None, a 500 without any detail, for what nobody foresaw."""
    headers: dict[str, str] = {}
    error = _understood(error)
    if isinstance(error, Refusal):
        errors = [{"field": error.field, "code": error.code, "message": error.message}] if error.field else []
        body = problem(error.status, error.message, code=error.code, errors=errors, offers=error.offers)
        if isinstance(error, TooMany):
            headers["Retry-After"] = str(error.retry_after)
    elif isinstance(error, exceptions.APIException):
        body = _body(error)
        if wait := getattr(error, "wait", None):
            headers["Retry-After"] = str(int(wait) + 1)
        if isinstance(error, exceptions.AuthenticationFailed | exceptions.NotAuthenticated):
            headers["WWW-Authenticate"] = 'Bearer realm="api"'
    elif isinstance(error, LostRace) or engine.is_transient(error):
        body = problem(409, STILL_RUNNING, code="still_running")
        headers["Retry-After"] = "1"
    else:
        return None
    response = Response(body, status=body["status"], headers=headers)
    response.content_type = CONTENT_TYPE
    return response


def _outside_of_views(
    status: int, page: Callable[..., HttpResponse], detail: str
) -> Callable[..., HttpResponse]:
    """A handler of Django's: a problem at the API, the page elsewhere."""

    def handle(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.path.startswith("/api/"):
            return page(request, *args, **kwargs)
        return JsonResponse(problem(status, detail), status=status, content_type=CONTENT_TYPE)

    return handle


def bad_request(request: HttpRequest, exception: Exception, *args: Any, **kwargs: Any) -> HttpResponse:
    """400; or 413 for what was not read at all because of its size."""
    if not isinstance(exception, RequestDataTooBig):
        return _bad_request(request, exception, *args, **kwargs)
    if request.path.startswith("/api/"):
        return JsonResponse(problem(413, str(TooLarge.default_detail)), status=413, content_type=CONTENT_TYPE)
    context = {
        "title": _("This is too large"),
        "text": _("It was not read, and nothing was kept. Go back, and send less at once."),
    }
    return render(request, "problem.html", context, status=413)


_bad_request = _outside_of_views(400, defaults.bad_request, "The request was not understood as it stands.")
not_found = _outside_of_views(404, defaults.page_not_found, "There is nothing at this address.")
server_error = _outside_of_views(500, defaults.server_error, "Something went wrong here. It has been noted.")
