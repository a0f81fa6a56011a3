"""The gates of the API: who may come through, how often, and with how much."""

from decimal import Decimal, InvalidOperation
from http import HTTPStatus
from typing import IO, Any

import structlog
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _
from redis.exceptions import RedisError
from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import JSONParser
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle
from rest_framework.utils import json

from accounts import acting
from accounts.roles import PUBLIC, SIGNED_IN
from accounts.signing_in import address_of
from hospital.errors import TooMany

log = structlog.get_logger(__name__)


class DeclaredNeeds(BasePermission):
    """Asks for the permission that the view declares for this action. What declares nothing is closed."""

    def has_permission(self, request: Request, view: Any) -> bool:
        action = getattr(view, "action", None) or (request.method or "").lower()
        if action in {"metadata", "options", "None"} or not hasattr(view, action):
            return bool(request.user.is_authenticated)
        policy = getattr(view, "needs", {}).get(action)
        if policy == PUBLIC:
            return True
        if policy is None or not request.user.is_authenticated:
            return False
        if policy == SIGNED_IN or request.user.has_perm(policy):
            return True
        acting.denied(policy, by=request.user)
        return False


class PerAccount(SimpleRateThrottle):
    """REQUESTS_PER_MINUTE for each account, or for each address where nobody is logged in.

    Without the cache nobody is refused: the limit is comfort, and log-ins are counted in the database.
    """

    scope = "account"

    def get_rate(self) -> str:
        return f"{settings.REQUESTS_PER_MINUTE}/min"

    def get_cache_key(self, request: Request, view: Any) -> str:
        who = request.user.pk or address_of(request._request)  # noqa: SLF001
        return f"requests:{who}"

    def allow_request(self, request: Request, view: Any) -> bool:
        try:
            return bool(super().allow_request(request, view))
        except (RedisError, OSError) as error:
            log.warning("throttle_unreachable", error=type(error).__name__)
            return True


class PerVisitor(PerAccount):
    """A limit of its own for a page that needs no account: `rate` a minute for each address, or account."""

    def __init__(self, scope: str, a_minute: int) -> None:
        self.scope, self.rate = scope, f"{a_minute}/min"
        super().__init__()

    def get_cache_key(self, request: Any, view: Any) -> str:
        return f"{self.scope}:{request.user.pk or address_of(request)}"

    def check(self, request: HttpRequest) -> None:
        """Raise TooMany where there were too many within a minute; else count this one."""
        if not self.allow_request(request, None):  # type: ignore[arg-type]
            seconds = max(1, int(self.wait() or 0) + 1)
            said = _("Too many attempts. Wait %(seconds)d seconds and try again.") % {"seconds": seconds}
            raise TooMany(said, retry_after=seconds)


class TooLarge(APIException):
    """The body is longer than anything that this API takes."""

    status_code = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    default_detail = "This is too long to be read."
    default_code = "too_large"


class Json(JSONParser):
    """JSON in UTF-8, of DATA_UPLOAD_MAX_MEMORY_SIZE bytes at most, nested no deeper than can be followed."""

    read_fraction: Any = None  # how a number that is not whole is read

    def parse(self, stream: IO[Any], media_type: str | None = None, parser_context: Any = None) -> Any:
        body = stream.read(settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)
        if len(body) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            raise TooLarge
        try:
            text = body.decode("utf-8")
            return json.loads(text, parse_constant=json.strict_constant, parse_float=self.read_fraction)
        except ValueError as error:
            raise ParseError(f"JSON parse error - {error}") from error
        except RecursionError as error:
            raise ParseError("This is nested too deeply.") from error


def _as_written(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation as error:
        raise ParseError("This number can't be read.") from error


class ExactJson(Json):
    """The same, with numbers as they were written: an amount of money is never read as a binary fraction."""

    read_fraction = staticmethod(_as_written)
