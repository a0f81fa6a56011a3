"""How often one account may ask."""

from typing import Any

import structlog
from django.conf import settings
from redis.exceptions import RedisError
from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle

log = structlog.get_logger(__name__)


class PerAccount(SimpleRateThrottle):
    """REQUESTS_PER_MINUTE for each account, or for each address where nobody is logged in.

    Without the cache nobody is refused: the limit is comfort, and log-ins are counted in the database.
    """

    scope = "account"

    def get_rate(self) -> str:
        return f"{settings.REQUESTS_PER_MINUTE}/min"

    def get_cache_key(self, request: Request, view: Any) -> str:
        who = request.user.pk or request.META.get("REMOTE_ADDR", "")
        return f"requests:{who}"

    def allow_request(self, request: Request, view: Any) -> bool:
        try:
            return bool(super().allow_request(request, view))
        except (RedisError, OSError) as error:
            log.warning("throttle_unreachable", error=type(error).__name__)
            return True
