"""The assistant for other systems."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404, StreamingHttpResponse
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema
from rest_framework.exceptions import APIException
from rest_framework.parsers import MultiPartParser
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import acting
from accounts.models import User
from assistant import services, streaming
from assistant.answering import Done, Dropped, Event, Looking, Notice, Proposed, Sentence, Waiting
from assistant.filters import AlertFilter, TurnFilter
from assistant.forms.summary import fitting, text_in
from assistant.models import AnomalyAlert, Conversation, Turn
from assistant.recommending import Diagnosis, recommend
from assistant.serializers import (
    AcknowledgeAlertSerializer,
    AnalyzeSerializer,
    AnomalyAlertSerializer,
    AnswerSerializer,
    ChatSerializer,
    ConversationSerializer,
    DismissAlertSerializer,
    PastTurnSerializer,
    PrescribeSerializer,
    RecommendedSerializer,
    SummarySerializer,
)
from assistant.summarising import summarised
from assistant.wordings import in_words
from hospital.api import RecordViewSet
from hospital.gates import Json
from hospital.models import one_of
from patients.models import Patient, Problem, may_see_chart

ASKED = OpenApiExample(
    "About a patient",
    value={
        "message": "What was the last potassium?",
        "patient": "0199f0c1-2d3e-7a4b-8c5d-6e7f8a9b0c1d",
    },
    request_only=True,
)
ANSWERED = OpenApiExample(
    "From a result",
    value={
        "turn": "0199f0c1-2d3e-7a4b-8c5d-6e7f8a9b0c1e",
        "conversation": "0199f0c1-2d3e-7a4b-8c5d-6e7f8a9b0c1f",
        "answer": "Potassium 5.9 mmol/L on 3 May 2026. [s1]",
        "citations": [
            {
                "id": "s1",
                "kind": "result",
                "title": "Potassium, 3 May 2026",
                "quote": "Potassium 5.9 mmol/L on 3 May 2026",
                "url": "/patients/0199f0c1-2d3e-7a4b-8c5d-6e7f8a9b0c1d/results/",
            }
        ],
        "provider": "built-in",
        "is_outside": False,
        "abstained": False,
        "stopped": False,
        "dropped": 0,
        "notice": "",
    },
    response_only=True,
)
FOR_A_CODE = OpenApiExample(
    "For a code",
    value={"patient": "0199f0c1-2d3e-7a4b-8c5d-6e7f8a9b0c1d", "diagnosis": "J18.9"},
    request_only=True,
)
A_REPORT = OpenApiExample(
    "A short report",
    value={"text": "Impression: Nodule of 8 mm. Repeat CT in 3 months."},
    request_only=True,
)
STREAM = (
    "Server-sent events, each with JSON: `begun` (conversation, turn), `looking` (text), `sentence` (text, opens, "
    "citations), `dropped` (number), `proposed` (id), `notice` (text), at last `done`, the same as without a stream, "
    "or `failed` (code, text)."
)


class EventStream(BaseRenderer):
    """Whoever asks for events gets events, which no renderer makes; what goes wrong is still told in JSON."""

    media_type = streaming.EVENT_STREAM
    format = "events"

    def render(self, data: Any, *args: Any, **kwargs: Any) -> bytes:
        return bytes(JSONRenderer().render(data))


class Busy(APIException):
    """All who may wait for words at once do."""

    status_code = 503
    default_detail = (
        "Many are asking at the moment. The question is kept; send it again with the same Idempotency-Key."
    )
    default_code = "busy"
    wait = float(streaming.RETRY_AFTER)


class ChatViewSet(RecordViewSet):
    """Questions to the assistant: it reads what the asker may read, quotes it, and says when it does not know."""

    queryset = Turn.objects.select_related("conversation")
    serializer_class = AnswerSerializer
    filterset_class = TurnFilter
    needs = {
        "chat": "assistant.ask",
        "list": "assistant.view_conversation",
        "retrieve": "assistant.view_conversation",
        "destroy": "assistant.erase_conversation",
    }
    about_patients = True

    def get_queryset(self) -> QuerySet[Any]:
        if self.action == "list":
            return super().get_queryset()
        return Conversation.objects.visible_to(self.user).select_related("patient")

    def get_serializer_class(self) -> Any:
        shapes: dict[str, Any] = {"list": PastTurnSerializer, "retrieve": ConversationSerializer}
        return shapes.get(self.action, AnswerSerializer)

    def _model(self) -> Any:
        return Conversation

    def get_renderers(self) -> list[BaseRenderer]:
        return [JSONRenderer(), EventStream()] if self.action == "chat" else super().get_renderers()

    @extend_schema(
        request=ChatSerializer,
        responses={
            (200, "application/json"): AnswerSerializer,
            (200, streaming.EVENT_STREAM): OpenApiResponse(response=str, description=STREAM),
            503: OpenApiResponse(description="Too many answers at once; see Retry-After."),
        },
        examples=[ASKED, ANSWERED],
    )
    def chat(self, request: Request) -> Response | StreamingHttpResponse:
        """Ask. With `Accept: text/event-stream` the answer comes sentence by sentence."""
        asked = self.validated(ChatSerializer)
        turn = services.ask(
            self._conversation(asked["conversation"]),
            question=asked["message"],
            patient=self._patient(asked["patient"]),
            once=self.once(lambda _turn: None),
            by=self.user,
        )
        if isinstance(request.accepted_renderer, EventStream):
            begin = ("begun", {"conversation": str(turn.conversation_id), "turn": str(turn.pk)})
            stream = streaming.streamed(turn, _tell, by=self.user, begin=begin)
            if stream is None:
                raise Busy
            return stream
        if not streaming.whole(turn, by=self.user):
            raise Busy
        turn.refresh_from_db()
        return Response(_written(turn))

    def _conversation(self, pk: UUID | None) -> Conversation | None:
        if pk is None:
            return None
        found: Conversation | None = one_of(self.get_queryset().filter(pk=pk))
        if found is None:
            acting.not_shown(Conversation, pk, by=self.user)
            raise Http404
        return found

    def _patient(self, pk: UUID | None) -> Patient | None:
        return None if pk is None else patient_in_care(pk, by=self.user)

    @extend_schema(responses=PastTurnSerializer(many=True))
    def list(self, request: Request) -> Response:
        """One's own questions and their answers, the newest first; `conversation` asks for those of one."""
        return super().list(request)

    def retrieve(self, request: Request, pk: str) -> Response:
        """One's own conversation: whom it is about, what it remembers of what was asked, when it is erased."""
        return super().retrieve(request, pk)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: str) -> Response:
        """Erase a conversation for good. That there was one stays in the audit."""
        services.erase_conversation(self.get_object(), by=self.user)
        return Response(status=204)


class PrescribeViewSet(RecordViewSet):
    """Treatments that the guidelines give for a diagnosis, each checked with the data of one patient."""

    queryset = Problem.objects.all()
    serializer_class = RecommendedSerializer
    needs = {"prescribe": "assistant.propose_prescription"}
    about_patients = True

    @extend_schema(request=PrescribeSerializer, responses=RecommendedSerializer, examples=[FOR_A_CODE])
    def prescribe(self, request: Request) -> Response:
        """Candidates for a prescription. Nothing is saved; write a draft with the lines that are wanted."""
        asked = self.validated(PrescribeSerializer)
        patient = patient_in_care(asked["patient"], by=self.user, verb="assistant.propose_prescription")
        acting.opened_part(patient, "treatment", by=self.user)
        found = recommend(patient, self._diagnosis(patient, asked), by=self.user)
        return Response(RecommendedSerializer(found).data)

    def _diagnosis(self, patient: Patient, asked: dict[str, Any]) -> Diagnosis:
        if asked["problem"] is None:
            return (
                Diagnosis.typed(asked["diagnosis"]) if asked["diagnosis"] else Diagnosis(words=asked["text"])
            )
        problem: Problem | None = one_of(Problem.objects.of(patient).filter(pk=asked["problem"]))
        if problem is None:
            acting.not_shown(Problem, asked["problem"], by=self.user)
            raise Http404
        return Diagnosis(code=problem.code, words=problem.title)


class AnalyzeViewSet(RecordViewSet):
    """Reports in short, in their own words. Nothing of them is kept."""

    queryset = Turn.objects.none()
    serializer_class = SummarySerializer
    needs = {"analyze": "assistant.ask"}
    parser_classes = (Json, MultiPartParser)

    @extend_schema(request=AnalyzeSerializer, responses=SummarySerializer, examples=[A_REPORT])
    def analyze(self, request: Request) -> Response:
        """Findings, impressions, values out of range and what is to be done next, each with where it stands."""
        asked = self.validated(AnalyzeSerializer)
        source = fitting(asked["text"] if asked["file"] is None else text_in(asked["file"]))
        patient = None if asked["patient"] is None else patient_in_care(asked["patient"], by=self.user)
        found = summarised(source)
        acting.listed("assistant.ask", by=self.user, filters={"report": len(source)}, count=1)
        said = in_words(found, patient, by=self.user) if patient else None
        return Response(SummarySerializer(asdict(found) | {"worded": said}).data)


def patient_in_care(pk: UUID, *, by: User, verb: str = services.ASK) -> Patient:
    """The patient whom something is to be about; strangers and clinicians without care get 404."""
    patient: Patient | None = one_of(Patient.objects.visible_to(by).filter(pk=pk))
    if patient is None:
        acting.not_shown(Patient, pk, by=by)
        raise Http404
    if not may_see_chart(by, patient):
        acting.not_in_care(patient, verb, by=by)
        raise Http404
    return patient


def _written(turn: Turn) -> dict[str, Any]:
    return dict(AnswerSerializer(turn).data)


def _tell(event: Event) -> Iterator[streaming.Told]:
    match event:
        case Looking():
            yield "looking", {"text": event.at}
        case Sentence():
            said = event.verified
            citations = [one.as_json() for one in said.citations]
            yield "sentence", {"text": said.text, "opens": said.opens, "citations": citations}
        case Dropped():
            yield "dropped", {"number": event.number}
        case Proposed():
            yield "proposed", {"id": str(event.action.pk)}
        case Notice():
            yield "notice", {"text": event.text}
        case Waiting():
            return
        case Done():
            yield "done", _written(event.turn)


class AnomalyAlertViewSet(RecordViewSet):
    """What was found odd: in charts of one's patients, in bills, in who opened which records."""

    queryset = AnomalyAlert.objects.all()
    serializer_class = AnomalyAlertSerializer
    filterset_class = AlertFilter
    ordering = ("-id",)
    needs = {
        "list": "assistant.view_anomalyalert",
        "retrieve": "assistant.view_anomalyalert",
        "acknowledge": "assistant.acknowledge_alert",
        "dismiss": "assistant.dismiss_alert",
    }
    about_patients = True

    def list(self, request: Request) -> Response:
        """Those of one's desk that are open and within the budget, the latest first; `show=below`, `show=decided`."""
        return super().list(request)

    def retrieve(self, request: Request, pk: str) -> Response:
        """One alert, with the numbers that say so."""
        return super().retrieve(request, pk)

    @extend_schema(request=AcknowledgeAlertSerializer, responses=AnomalyAlertSerializer)
    def acknowledge(self, request: Request, pk: str) -> Response:
        """Say that it is right, and with `reason` what was done."""
        return self._decide(services.acknowledge_alert, AcknowledgeAlertSerializer)

    @extend_schema(request=DismissAlertSerializer, responses=AnomalyAlertSerializer)
    def dismiss(self, request: Request, pk: str) -> Response:
        """Say that it is no concern, and why."""
        return self._decide(services.dismiss_alert, DismissAlertSerializer)

    def _decide(self, act: Any, shape: Any) -> Response:
        alert = self.get_object()
        given = self.validated(shape)
        return self.reply(act(alert, **given, seen_version=self.version_if_sent(alert), by=self.user))
