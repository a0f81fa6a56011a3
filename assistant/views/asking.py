"""Asking: a question comes in by a form; its answer goes out as a stream, or as the page with it."""

from collections.abc import Callable, Iterator
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from accounts import acting
from assistant import services, streaming
from assistant.answering import Done, Dropped, Event, Looking, Notice, Proposed, Sentence, Waiting
from assistant.forms.asking import AskForm
from assistant.models import Conversation, Turn
from assistant.templatetags.answers import shown
from assistant.views.conversations import patient_page_with, show_conversation, show_list
from hospital.web import PageRequest, get_visible, needs, once_from, refusals_on
from patients.models import Patient
from patients.views.charts import chart_page

Show = Callable[[AskForm], HttpResponse]


@needs("assistant.ask", ["POST"])
def begin(request: PageRequest) -> HttpResponse:
    """A question about nobody, which begins a conversation."""
    return _asked(request, lambda form: show_list(request, form))


@chart_page("assistant.ask", ["POST"], part="assistant")
def begin_about(request: PageRequest, patient: Patient) -> HttpResponse:
    """A question about one patient, which begins a conversation about him or her."""
    return _asked(request, lambda form: patient_page_with(request, patient, form), patient=patient)


@needs("assistant.ask", ["POST"])
def go_on(request: PageRequest, pk: UUID) -> HttpResponse:
    """A further question."""
    conversation = get_visible(_conversations(), request, pk)
    return _asked(request, lambda form: show_conversation(request, conversation, form), conversation)


@needs("assistant.ask", ["POST"])
def answer(request: PageRequest, pk: UUID, turn_pk: UUID) -> HttpResponse:
    """Answer a question that was asked and not answered: nobody had time, or something failed."""
    conversation = get_visible(_conversations(), request, pk)
    return _answered(request, turn_in(conversation, turn_pk, by=request.user))


@needs("assistant.stop_answer", ["POST"])
def stop(request: PageRequest, pk: UUID, turn_pk: UUID) -> HttpResponse:
    """Stop an answer where it is."""
    conversation = get_visible(_conversations(), request, pk, opens=False)
    services.stop_answer(turn_in(conversation, turn_pk, by=request.user), by=request.user)
    return redirect(conversation)


def _conversations() -> Any:
    return Conversation.objects.select_related("patient")


def turn_in(conversation: Conversation, pk: UUID, *, by: Any) -> Turn:
    """A question of this conversation, else 404."""
    turn = services.turn_of(conversation, pk)
    if turn is None:
        acting.not_shown(Turn, pk, by=by)
        raise Http404
    return turn


def _asked(
    request: PageRequest, show: Show, conversation: Conversation | None = None, patient: Patient | None = None
) -> HttpResponse:
    form, turn = AskForm(request.POST), None
    if form.is_valid():
        with refusals_on(form):
            turn = services.ask(
                conversation,
                question=form.cleaned_data["question"],
                patient=patient,
                once=once_from(request),
                by=request.user,
            )
    return show(form) if turn is None else _answered(request, turn)


def _answered(request: PageRequest, turn: Turn) -> HttpResponse:
    if streaming.EVENT_STREAM in request.headers.get("Accept", ""):
        teller = _Teller(request, turn)
        begin = ("begun", teller.begun())
        stream = streaming.streamed(turn, teller.tell, by=request.user, begin=begin)
        return cast("HttpResponse", stream or _busy())
    if not streaming.whole(turn, by=request.user):
        messages.warning(
            request, _("Many are asking at the moment. Your question is kept: have it answered below.")
        )
    return redirect(f"{turn.conversation.get_absolute_url()}#turn-{turn.number}")


def _busy() -> HttpResponse:
    """The page then asks for the whole answer."""
    headers = {"Retry-After": str(streaming.RETRY_AFTER)}
    text = _("Too many answers are being written at once.")
    return HttpResponse(text, status=503, content_type="text/plain", headers=headers)


class _Teller:
    """What a page shows of each event: parts of the very templates that the whole page is made of."""

    def __init__(self, request: PageRequest, turn: Turn) -> None:
        self.request, self.turn = request, turn
        self.numbers: dict[str, int] = {}
        self.token = get_token(request)

    def begun(self) -> dict[str, Any]:
        context = {"turn": self.turn, "conversation": self.turn.conversation, "is_streaming": True}
        url = self.turn.conversation.get_absolute_url()
        html = render_to_string("assistant/turn.html", context, request=self.request)
        return {"html": html, "url": url, "number": self.turn.number}

    def tell(self, event: Event) -> Iterator[tuple[str, dict[str, Any]]]:
        match event:
            case Looking():
                yield "looking", {"text": _("Looking at: %(what)s") % {"what": event.at}}
            case Sentence():
                sentence = shown(event.verified, self.numbers)
                html = render_to_string("assistant/sentence.html", {"sentence": sentence})
                yield "sentence", {"html": html, "opens": event.verified.opens}
            case Notice():
                yield "notice", {"text": event.text}
            case Done():
                context = {
                    "turn": event.turn,
                    "conversation": event.turn.conversation,
                    "csrf_token": self.token,
                }
                html = render_to_string("assistant/turn_foot.html", context)
                context["facts"] = services.facts_of(event.turn.conversation)
                remembered = render_to_string("assistant/remembered.html", context)
                yield "done", {"html": html, "abstained": event.turn.abstained, "remembered": remembered}
            case Proposed():
                html = render_to_string("assistant/proposals.html", {"proposals": [event.action]})
                yield "proposed", {"html": html}
            case Dropped() | Waiting():
                return  # the foot says it
