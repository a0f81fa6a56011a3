"""Conversations: the list of one's own, one of them, those about a patient; and what is erased."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from accounts import acting, places
from assistant import services
from assistant.examples import examples_for
from assistant.forms.asking import AskForm, NoForm
from assistant.models import Conversation, Fact, PendingAction, Turn
from assistant.wordings import who_words
from hospital.models import one_of
from hospital.web import PageRequest, answer_status, get_visible, needs, paged, render_page
from patients.models import Patient
from patients.views.charts import about, chart_page

LIST = "assistant/conversation_list.html"
DETAIL = "assistant/conversation.html"
OF_PATIENT = "assistant/of_patient.html"


@needs("assistant.view_conversation")
def conversation_list(request: PageRequest) -> HttpResponse:
    """One's own conversations, and a new one about nobody."""
    return show_list(request, _asking(request))


def show_list(request: PageRequest, form: AskForm) -> HttpResponse:
    rows = Conversation.objects.visible_to(request.user).select_related("patient").latest_used()
    page = paged(request, rows)
    acting.listed("assistant.view_conversation", by=request.user, filters={}, count=len(page))
    context = {"page": page, "form": form} | _frame(request, None)
    return render_page(request, LIST, context, partial="rows", status=answer_status(form))


@chart_page("assistant.ask", part="assistant")
def of_patient(request: PageRequest, patient: Patient) -> HttpResponse:
    """One's own conversations about a patient, and a new one."""
    return patient_page_with(request, patient, _asking(request))


def patient_page_with(request: PageRequest, patient: Patient, form: AskForm) -> HttpResponse:
    rows = Conversation.objects.visible_to(request.user).about(patient).latest_used()
    context = {"page": paged(request, rows), "form": form} | _frame(request, patient)
    return render_page(request, OF_PATIENT, context, partial="rows", status=answer_status(form))


@needs("assistant.view_conversation")
def conversation(request: PageRequest, pk: UUID) -> HttpResponse:
    """One conversation with its answers, what it remembers, and the next question."""
    found = get_visible(Conversation.objects.select_related("patient"), request, pk)
    return show_conversation(request, found, _asking(request))


def show_conversation(request: PageRequest, found: Conversation, form: AskForm) -> HttpResponse:
    turns = list(Turn.objects.of(found).order_by("number"))
    for turn in turns:
        turn.conversation = found
    context = {
        "conversation": found,
        "turns": turns,
        "facts": services.facts_of(found),
        "proposals": PendingAction.objects.visible_to(request.user)
        .waiting()
        .filter(conversation_id=found.pk),
        "form": form,
    } | _frame(request, found.patient)
    return render_page(request, DETAIL, context, status=answer_status(form))


@needs("assistant.erase_conversation", ["GET", "POST"])
def erase(request: PageRequest, pk: UUID) -> HttpResponse:
    """Erase a conversation for good, after being asked."""
    found = get_visible(Conversation.objects.select_related("patient"), request, pk, opens=False)
    if request.method == "POST":
        services.erase_conversation(found, by=request.user)
        messages.success(request, _("The conversation has been erased."))
        return redirect("assistant:list")
    return render_page(
        request, "assistant/conversation_erase.html", {"conversation": found, "form": NoForm()}
    )


@needs("assistant.erase_fact", ["POST"])
def erase_fact(request: PageRequest, pk: UUID, fact_pk: UUID) -> HttpResponse:
    """Forget something that a conversation remembers."""
    found = get_visible(Conversation.objects.all(), request, pk, opens=False)
    fact = one_of(Fact.objects.of(found).select_related("conversation").filter(pk=fact_pk))
    if fact is None:
        acting.not_shown(Fact, fact_pk, by=request.user)
        raise Http404
    services.erase_fact(fact, by=request.user)
    return redirect(f"{found.get_absolute_url()}#remembered")


def _asking(request: PageRequest) -> AskForm:
    """An empty form, or one with the question of a link in it."""
    return AskForm(initial={"question": request.GET.get("question", "")[:500]})


def _frame(request: PageRequest, patient: Patient | None) -> dict[str, Any]:
    """The banner of the patient, with allergies for whoever may open records; examples; and who words answers."""
    frame = {
        "examples": examples_for(request.user.role, about_patient=patient is not None),
        "wording": who_words(request.user, patient),
        "zone": places.first_site().zone,
    }
    if patient is None:
        return frame
    charted = request.user.has_perm("patients.open_record")
    return about(patient, **frame) | ({} if charted else {"chart": None})
