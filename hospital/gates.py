"""The gates of the API: who may come through, and how often."""

from typing import Any

import structlog
from django.conf import settings
from redis.exceptions import RedisError
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle

from accounts import acting
from accounts.roles import PUBLIC, SIGNED_IN

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
        who = request.user.pk or request.META.get("REMOTE_ADDR", "")
        return f"requests:{who}"

    def allow_request(self, request: Request, view: Any) -> bool:
        try:
            return bool(super().allow_request(request, view))
        except (RedisError, OSError) as error:
            log.warning("throttle_unreachable", error=type(error).__name__)
            return True
