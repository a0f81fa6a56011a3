"""The HTML door of messages: one's own inbox, the outbox for those who decide, and the way out for patients."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from accounts import acting, places
from hospital.models import one_of
from hospital.web import (
    PUBLIC,
    SIGNED_IN,
    PageRequest,
    answer_status,
    get_visible,
    needs,
    paged,
    refusals_on,
    render_page,
    way_back,
)
from notifications import kinds, services
from notifications import machinery as engine_room
from notifications.forms import OptOutForm, OutboxForm, VersionForm
from notifications.letters import read_opt_out
from notifications.models import MOST_COUNTED, ContactPreference, Message

INBOX = "notifications/inbox.html"
OUTBOX = "notifications/outbox.html"
DETAIL = "notifications/detail.html"
OPT_OUT = "notifications/opt_out.html"
MACHINERY = "notifications/machinery.html"
VIEW = "notifications.view_message"
POST = ("POST",)


# ── One's own inbox ──────────────────────────────────────────────────────────


@needs(SIGNED_IN)
def inbox(request: PageRequest) -> HttpResponse:
    """What the house has to tell the one who is logged in, newest first."""
    rows = Message.objects.in_inbox_of(request.user).order_by("-id")
    page = paged(request, rows)
    context = {"page": page, "zone": places.first_site().zone, "unread": any(not one.read_at for one in page)}
    return render_page(request, INBOX, context, partial="lines")


@needs(SIGNED_IN)
def bell(request: PageRequest) -> HttpResponse:
    """The number of unread lines, and of messages that somebody has to decide about; it asks for itself again."""
    unread = Message.objects.in_inbox_of(request.user).unread()[: MOST_COUNTED + 1].count()
    shown = f"{MOST_COUNTED}+" if unread > MOST_COUNTED else unread
    stuck = Message.objects.stuck()[:MOST_COUNTED].count() if request.user.has_perm(VIEW) else 0
    context = {"unread": unread, "shown": shown, "stuck": stuck}
    return render_page(request, "notifications/bell.html", context)


@needs("notifications.read_inbox", POST)
def read(request: PageRequest, pk: UUID) -> HttpResponse:
    """Take note of a line, and go where it leads."""
    line: Message | None = one_of(Message.objects.in_inbox_of(request.user).filter(pk=pk))
    if line is None:
        acting.not_shown(Message, pk, by=request.user)
        raise Http404
    services.read_message(line, by=request.user)
    return redirect(way_back(request, line.url) or "notifications:inbox")


@needs("notifications.read_whole_inbox", POST)
def read_all(request: PageRequest) -> HttpResponse:
    services.read_all_messages(by=request.user)
    return redirect("notifications:inbox")


# ── The outbox ───────────────────────────────────────────────────────────────


@needs(VIEW)
def outbox(request: PageRequest) -> HttpResponse:
    """What was, will be and could not be said; first what somebody has to decide."""
    form = OutboxForm(request.GET)
    form.full_clean()
    shown = form.cleaned_data.get("show") or "stuck"
    rows: Any = Message.objects.visible_to(request.user)
    page = paged(request, rows.stuck() if shown == "stuck" else rows.filter(status=shown).order_by("-id"))
    kinds.name_patients(page, request.user)
    acting.listed(VIEW, by=request.user, filters={"show": shown}, count=len(page))
    context = {"form": form, "shown": shown, "page": page, "zone": places.first_site().zone}
    return render_page(request, OUTBOX, context, partial="rows", status=answer_status(form))


@needs(VIEW)
def detail(request: PageRequest, pk: UUID) -> HttpResponse:
    """One message: what it said, to whom, when, and why not."""
    return _shown(request, get_visible(Message, request, pk))


def _shown(request: PageRequest, message: Message, form: VersionForm | None = None) -> HttpResponse:
    kinds.name_patients([message], request.user)
    context = {"message": message, "zone": places.first_site().zone, "form": form}
    return render_page(request, DETAIL, context, status=answer_status(form) if form else 200)


def _decide(request: PageRequest, pk: UUID, act: Callable[..., Message], said: str) -> HttpResponse:
    message = get_visible(Message, request, pk)
    form = VersionForm(request.POST)
    if form.is_valid():
        with refusals_on(form):
            act(message, seen_version=form.cleaned_data["version"], by=request.user)
            messages.success(request, said)
            return redirect(way_back(request, request.POST.get("next", "")) or "notifications:outbox")
    return _shown(request, Message.objects.get(pk=pk), form)


@needs("notifications.send_message_again", POST)
def send_again(request: PageRequest, pk: UUID) -> HttpResponse:
    return _decide(request, pk, services.send_message_again, _("It is sent again within a minute."))


@needs("notifications.dismiss_message", POST)
def dismiss(request: PageRequest, pk: UUID) -> HttpResponse:
    return _decide(request, pk, services.dismiss_message, _("Dismissed. Nothing more is sent."))


@needs("notifications.view_machinery")
def machinery(request: PageRequest) -> HttpResponse:
    """Broker, workers, sweep and outbox, as they are at this moment."""
    context = {"machinery": engine_room.look(), "zone": places.first_site().zone}
    return render_page(request, MACHINERY, context, partial="state")


# ── The way out ──────────────────────────────────────────────────────────────


@csrf_exempt  # RFC 8058: the mail program has no cookie; the signed address is the authority
@needs(PUBLIC, ("GET", "POST"))
def opt_out(request: PageRequest, token: str) -> HttpResponse:
    """Whoever holds the link of a letter says what he or she still wants to hear. Looking changes nothing.

    The link is the authority, whoever may be logged in.
    """
    person = read_opt_out(token)
    if person is None:
        raise Http404
    if request.POST.get("List-Unsubscribe") == "One-Click":
        services.opt_out(person, muted=ContactPreference.Muted.ALL, by=AnonymousUser())
        return HttpResponse(status=200)
    now = ContactPreference.objects.of(person.id)
    form = OptOutForm(
        request.POST if request.method == "POST" else None, initial={"muted": now.muted if now else ""}
    )
    done = False
    if form.is_valid():
        with refusals_on(form):
            services.opt_out(person, muted=form.cleaned_data["muted"], by=AnonymousUser())
            done = True
    return render_page(request, OPT_OUT, {"form": form, "done": done}, status=answer_status(form))
