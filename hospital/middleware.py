"""Around every request: its id and its line in the log, the limits of a session, and who may come in at all."""

import re
import time
from collections.abc import Callable
from datetime import UTC, timedelta, tzinfo
from typing import Any

import structlog
from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django_htmx.http import HttpResponseClientRedirect

import audit.services
from accounts import places
from hospital import clock
from hospital.errors import Refusal, TooMany
from hospital.models import uuid7

log = structlog.get_logger("request")
Answer = Callable[[HttpRequest], HttpResponseBase]
GIVEN_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")
DOORS = {"/api/": "api", "/admin/": "admin"}
SEEN_AT, STARTED_AT = "seen_at", "started_at"
SEEN_EVERY = 60.0
POLLING = "Polling"


class RequestRecord:
    """Gives the request an id, tells the audit through which door it came, and logs one line without its query."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        given = request.headers.get("X-Request-ID", "")
        request_id = given if GIVEN_ID.fullmatch(given) else uuid7().hex
        door = next((door for start, door in DOORS.items() if request.path.startswith(start)), "page")
        audit.services.enter(audit.services.Context(door=door, request_id=request_id))
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        started = time.perf_counter()
        with timezone.override(self._zone(door)):
            response = self.get_response(request)
        response["X-Request-ID"] = request_id
        user = getattr(request, "user", None)
        if user is not None and user.pk:  # neither a proxy nor the browser's Back shows it to the next person
            response.setdefault("Cache-Control", "no-store, private")
        log.info(
            "request",
            method=request.method,
            route=request.resolver_match.route if request.resolver_match else None,
            status=response.status_code,
            milliseconds=round((time.perf_counter() - started) * 1000, 1),
            user=str(user.pk) if user is not None and user.pk else None,
        )
        return response

    def _zone(self, door: str) -> tzinfo:
        """The administrators' window has the clock of the first site; everything else names its zone."""
        sites = places.sites() if door == "admin" else []
        return sites[0].zone if sites else UTC

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """A refusal that no form was there to show is a page of its own."""
        if not isinstance(error, Refusal):
            return None
        retry_after = error.retry_after if isinstance(error, TooMany) else None
        context = {"title": error.message, "text": "", "retry_after": retry_after}
        response = render(request, "problem.html", context, status=error.status)
        if retry_after:
            response["Retry-After"] = str(retry_after)
        return response


@receiver(user_logged_in)
def begin_counting(sender: Any, request: HttpRequest, **_: Any) -> None:
    """A session begins when somebody logs in."""
    request.session[SEEN_AT] = request.session[STARTED_AT] = clock.now().timestamp()


class SessionLimits:
    """Ends a session that was idle or open for too long. A page that polls is not a person at work."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated:
            self._check(request)
        return self.get_response(request)

    def _check(self, request: HttpRequest) -> None:
        now = clock.now().timestamp()
        seen, started = request.session.get(SEEN_AT, now), request.session.get(STARTED_AT, now)
        idle, age = timedelta(seconds=now - seen), timedelta(seconds=now - started)
        if idle > timedelta(minutes=settings.SESSION_IDLE_MINUTES) or age > timedelta(
            hours=settings.SESSION_HOURS
        ):
            logout(request)
        elif SEEN_AT not in request.session:
            request.session[SEEN_AT] = request.session[STARTED_AT] = now
        elif now - seen > SEEN_EVERY and POLLING not in request.headers:
            request.session[SEEN_AT] = now


class SignedIn(LoginRequiredMiddleware):
    """Nobody comes in without logging in, except where a view says PUBLIC. The API has its own door."""

    def handle_no_permission(self, request: HttpRequest, view_func: Any) -> Any:
        response = super().handle_no_permission(request, view_func)
        if getattr(request, "htmx", False):
            return HttpResponseClientRedirect(response["Location"])
        return response
