"""What every page needs: its policy, the row it is about, refusals on forms, the frame around it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache, wraps
from typing import Any, TypeVar, cast
from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.db.models import Model, QuerySet
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from django_htmx.middleware import HtmxDetails

from accounts import acting
from accounts.models import User
from accounts.once import LONGEST_KEY, Once, fingerprint
from accounts.roles import PUBLIC as PUBLIC
from accounts.roles import SIGNED_IN as SIGNED_IN
from hospital.errors import Refusal
from hospital.models import one_of

LAST_PAGE = 200
THEME_COOKIE = "theme"
SHORTCUTS_COOKIE = "shortcuts"
THEMES = ("auto", "light", "dark")

Row = TypeVar("Row", bound=Model)
View = TypeVar("View", bound=Callable[..., HttpResponse])


class PageRequest(HttpRequest):
    """A request of somebody who is logged in."""

    user: User
    htmx: HtmxDetails


def needs(policy: str, methods: Sequence[str] = ("GET",)) -> Callable[[View], View]:
    """Say who may come through this view: a permission, SIGNED_IN or PUBLIC. Every view says it."""
    allowed = [*methods, *(["HEAD"] if "GET" in methods else [])]

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: PageRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if policy not in {PUBLIC, SIGNED_IN} and not request.user.has_perm(policy):
                acting.denied(policy, by=request.user)
                raise PermissionDenied(policy)
            return view(request, *args, **kwargs)

        checked = require_http_methods(allowed)(guarded)
        checked.needs, checked.methods = policy, tuple(methods)  # type: ignore[attr-defined]
        return cast("View", login_not_required(checked) if policy == PUBLIC else checked)

    return decorate


def render_page(
    request: HttpRequest,
    template: str,
    context: Mapping[str, Any],
    *,
    partial: str | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page, or for htmx the partial of the same template that it asked for."""
    htmx = cast("PageRequest", request).htmx
    wants_part = htmx and not htmx.boosted and not htmx.history_restore_request
    name = f"{template}#{partial}" if partial and wants_part else template
    response = render(request, name, dict(context), status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response


def unlisted(response: HttpResponse) -> HttpResponse:
    """An answer of a public page whose address is a secret: not kept, not indexed, told to nobody."""
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Cache-Control"] = "no-store, private"
    return response


@contextmanager
def refusals_on(form: BaseForm) -> Iterator[None]:
    """Put what a service refuses on the form. Afterwards `form.is_valid()` is False."""
    try:
        yield
    except Refusal as refusal:
        form.refusal = refusal  # type: ignore[attr-defined]
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
    except ValidationError as error:
        _put_on(form, error)


def _put_on(form: BaseForm, error: ValidationError) -> None:
    """A rule about a field that the form lacks is shown above the fields."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, errors in error.error_dict.items():
        form.add_error(name if name in form.fields and name != NON_FIELD_ERRORS else None, errors)


def answer_status(form: BaseForm) -> int:
    """200 for a form that went through, else 422, or 429 when it came too often."""
    if not form.is_bound or form.is_valid():
        return 200
    refusal = getattr(form, "refusal", None)
    return 429 if refusal is not None and refusal.status == 429 else 422


def get_visible(
    source: type[Row] | QuerySet[Row], request: HttpRequest, pk: UUID, *, opens: bool = True
) -> Row:
    """The row, if this user may know of it; else 404, and the attempt is written down.

    Opening a row about a patient is written to the audit: if that fails, nothing is shown. A view that
    hands the row to a service, which writes its own line, and shows nothing of it says `opens=False`.
    """
    rows = source._default_manager.all() if isinstance(source, type) else source
    row: Row | None = one_of(cast("Any", rows).visible_to(request.user).filter(pk=pk))
    if row is None:
        acting.not_shown(rows.model, pk, by=request.user)
        raise Http404
    if opens:
        acting.opened(row, by=request.user)
    return row


def way_back(request: HttpRequest, url: str) -> str | None:
    """The address if it is one of ours; where somebody came from must not lead to another site."""
    ours = url_has_allowed_host_and_scheme(url, allowed_hosts={request.get_host()})
    return url if ours else None


@dataclass
class Page:
    """Some of the rows. `template components/pagination.html` shows the way to the others."""

    rows: list[Any]
    number: int
    has_next: bool

    @property
    def has_previous(self) -> bool:
        return self.number > 1

    def __iter__(self) -> Iterator[Any]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)


def paged(request: HttpRequest, rows: Any, size: int = 25) -> Page:
    """One page of a QuerySet or a list, by `?page=`. Counts nothing: one row more says if there is a next."""
    asked = request.GET.get("page", "1")
    number = min(max(1, int(asked)), LAST_PAGE) if asked.isdecimal() and len(asked) < 6 else 1
    found = list(rows[(number - 1) * size : number * size + 1])
    return Page(found[:size], number, len(found) > size and number < LAST_PAGE)


def once_from(request: HttpRequest) -> Once:
    """The form's nonce: the same form sent twice is carried out once."""
    data = request.POST
    nonce = data.get("nonce", "")[:LONGEST_KEY]
    if not nonce:
        raise Refusal(_("This form is incomplete. Reload the page and try again."), code="no_nonce")
    content = {name: data.getlist(name) for name in data}
    content.pop("csrfmiddlewaretoken", None)
    return Once(nonce, fingerprint(content))


@dataclass(frozen=True)
class NavItem:
    """A line of the navigation, for those who hold the permission.

    `also` are routes, or beginnings of their names, whose pages belong to it where no other line names more of them.
    """

    label: Any
    url_name: str
    icon: str
    permission: str
    group: str = ""
    also: tuple[str, ...] = ()
    keys: str = ""  # letters that lead there, such as "g d": one after the other

    def nearness(self, route: str) -> int:
        """How surely a page belongs here: most where the line leads to it, else by the longest beginning."""
        if route == self.url_name:
            return 1000
        return max((len(one) for one in self.also if route.startswith(one)), default=0)


NAVIGATION: list[NavItem] = []


def add_navigation(*items: NavItem) -> None:
    """What an app puts into the sidebar, from its AppConfig.ready()."""
    NAVIGATION.extend(items)


def add_pages(url_name: str, *routes: str) -> None:
    """Pages of one app that belong to a line which another has put there."""
    for number, item in enumerate(NAVIGATION):
        if item.url_name == url_name:
            NAVIGATION[number] = replace(item, also=(*item.also, *routes))


@cache
def _address(url_name: str) -> str:
    """Where a line of the navigation leads; the same for everybody, and on every page."""
    return reverse(url_name)


@dataclass(frozen=True)
class NavLine:
    """A line of the navigation as somebody sees it."""

    label: str
    url: str
    icon: str
    current: bool
    keys: tuple[str, ...]


@dataclass(frozen=True)
class NavGroup:
    """Lines under one heading, or under none."""

    label: str
    items: tuple[NavLine, ...]


def _navigation(request: HttpRequest) -> tuple[NavGroup, ...]:
    here = request.resolver_match.view_name if request.resolver_match else ""
    nearest = max((item.nearness(here) for item in NAVIGATION), default=0)
    groups: dict[str, list[NavLine]] = {}
    for item in NAVIGATION:
        if item.permission != SIGNED_IN and not cast("User", request.user).has_perm(item.permission):
            continue
        line = NavLine(
            label=str(item.label),
            url=_address(item.url_name),
            icon=item.icon,
            current=0 < item.nearness(here) == nearest,
            keys=tuple(item.keys.split()),
        )
        groups.setdefault(str(item.group), []).append(line)
    return tuple(NavGroup(label, tuple(lines)) for label, lines in groups.items())


def shell(request: HttpRequest) -> dict[str, Any]:
    """What base.html shows around every page, made once for a request. Asks the database nothing."""
    who = getattr(getattr(request, "user", None), "pk", None)
    made: dict[Any, dict[str, Any]] = request.__dict__.setdefault("_shells", {})
    if who not in made:
        made[who] = _shell(request)
    return made[who]


def _shell(request: HttpRequest) -> dict[str, Any]:
    user = getattr(request, "user", None)
    signed_in = bool(user and user.is_authenticated)
    theme = request.COOKIES.get(THEME_COOKIE, "auto")
    return {
        "app_name": settings.APP_NAME,
        "theme": theme if theme in THEMES else "auto",
        "has_shortcuts": request.COOKIES.get(SHORTCUTS_COOKIE) != "off",
        "is_demo": settings.DEBUG,
        "nav": _navigation(request) if signed_in else (),
        "may_search_patients": signed_in and cast("User", user).has_perm("patients.view_patient"),
    }
