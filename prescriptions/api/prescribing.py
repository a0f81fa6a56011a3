"""The JSON door of prescriptions: `/api/v1/prescriptions`."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.http import Http404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import acting, places
from accounts.proof import Proof, prove
from hospital.api import RecordViewSet
from hospital.models import one_of
from patients.models import Patient, may_see_chart
from prescriptions import services
from prescriptions.api import examples
from prescriptions.filters import PrescriptionFilter
from prescriptions.models import Dispensing, Prescription, PrescriptionLine
from prescriptions.serializers.prescribing import PrescriptionSerializer, WholePrescriptionSerializer
from prescriptions.serializers.writing import (
    BeginPrescriptionSerializer,
    CountersignSerializer,
    DeclineSerializer,
    DispenseSerializer,
    EndSerializer,
    ReturnSerializer,
    SignSerializer,
    StopSerializer,
    WritePrescriptionSerializer,
)

IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description="Your own key of this request: sent again with the same body, it is answered as before.",
)
IF_MATCH = OpenApiParameter(
    "If-Match",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description='The ETag that you read, such as `"3"`.',
)


class PrescriptionViewSet(RecordViewSet):
    """Prescriptions: drafts until they are signed, and then as they are, whatever becomes of them.

    Clinicians reach those of patients whom they treat; any other is not found, which is written to the audit.
    """

    queryset = Prescription.objects.all()
    serializer_class = WholePrescriptionSerializer
    filterset_class = PrescriptionFilter
    ordering = ("-id",)  # in which they were begun, and that of the key
    about_patients = True
    needs = {
        "list": "prescriptions.view_prescription",
        "retrieve": "prescriptions.view_prescription",
        "create": "prescriptions.write_prescription",
        "update": "prescriptions.write_prescription",
        "destroy": "prescriptions.stop_prescription",
        "restore": "prescriptions.discard_prescription",
        "sign": "prescriptions.sign_prescription",
        "countersign": "prescriptions.countersign_prescription",
        "decline": "prescriptions.decline_prescription",
        "dispense": "prescriptions.dispense_prescription",
        "take_back": "prescriptions.return_dispensing",
        "stop": "prescriptions.stop_prescription",
        "renew": "prescriptions.renew_prescription",
    }

    def get_queryset(self) -> Any:
        rows: Any = super().get_queryset()
        if self.action == "list":
            return rows.select_related("doctor").defer("safety", "overrides")
        return rows.with_names()

    def get_serializer_class(self) -> Any:
        return PrescriptionSerializer if self.action == "list" else WholePrescriptionSerializer

    def get_object(self) -> Prescription:
        """The prescription, if it is of somebody whom the asker treats; else 404. Its opening is audited."""
        pk = read_id(self.kwargs["pk"])
        found: Prescription | None = one_of(self.get_queryset().filter(pk=pk))
        if found is None:
            self._write_down_who_asked(pk)
            raise Http404
        acting.opened(found, by=self.user)
        return found

    def _write_down_who_asked(self, pk: UUID) -> None:
        """The permission has been looked at: what is there and not shown is of somebody who is treated by others."""
        hidden = Patient.objects.filter(pk__in=Prescription.objects.filter(pk=pk).values("patient_id"))
        if (patient := one_of(hidden)) is not None:
            acting.not_in_care(patient, self.needs[self.action], by=self.user)

    @extend_schema(responses={200: PrescriptionSerializer(many=True)}, examples=[examples.LISTED])
    def list(self, request: Request) -> Response:
        """Prescriptions, drafts too, those begun last first; without safety, signatures and what became of the lines.

        Clinicians see those of patients whom they treat. `signed_from` is included, `signed_to` is not.
        """
        return super().list(request)

    @extend_schema(examples=[examples.WHOLE])
    def retrieve(self, request: Request, pk: str) -> Response:
        """One prescription: its lines and what became of them, its safety check, overrides and signatures.

        `verified` says whether it still is what was signed. The ETag is the version.
        """
        return super().retrieve(request, pk)

    # ── Drafts ──────────────────────────────────────────────────────────────

    @extend_schema(
        request=BeginPrescriptionSerializer,
        responses={201: WholePrescriptionSerializer},
        examples=[examples.BEGIN, examples.WITHOUT_PRODUCT, examples.WRONG_LINE],
        parameters=[IDEMPOTENCY_KEY],
    )
    def create(self, request: Request) -> Response:
        """Begin a draft. Its safety is checked at once: see `safety` of the answer.

        A frequency is understood as it is usually written. A 400 names each place: `lines.1.frequency`. A patient
        whom one does not treat is not found. With an Idempotency-Key the same request is carried out once.
        """
        given = self.validated(BeginPrescriptionSerializer)
        patient = given.pop("patient")
        if not may_see_chart(self.user, patient):
            acting.not_in_care(patient, self.needs["create"], by=self.user)
            raise Http404
        once = self.once(self.written)
        draft = services.begin_prescription(patient, **given, once=once, by=self.user)
        return self.reply(draft, 201, body=once.answer if once else None)

    @extend_schema(
        request=WritePrescriptionSerializer,
        examples=[examples.WRITE, examples.WRONG_LINE],
        parameters=[IF_MATCH],
    )
    def update(self, request: Request, pk: str) -> Response:
        """Write a draft anew, as a whole. Send If-Match, or `version` in the body.

        What is signed never changes: 409 `wrong_move` or `prescription_signed`. Stop it and write another one.
        """
        draft = self.get_object()
        seen = self.seen_version(draft)
        given = self.validated(WritePrescriptionSerializer)
        return self.reply(services.write_prescription(draft, **given, seen_version=seen, by=self.user))

    @extend_schema(
        request=EndSerializer,
        responses={204: None},
        examples=[examples.STOP, examples.DISCARD],
        parameters=[IF_MATCH],
    )
    def destroy(self, request: Request, pk: str) -> Response:
        """Stop what is signed, with `because`; put a draft aside, with the `reason`. Nothing is ever deleted."""
        found = self.get_object()
        seen = self.version_if_sent(found)
        given = self.validated(EndSerializer)
        if found.is_draft:
            services.discard_prescription(found, reason=given["reason"], seen_version=seen, by=self.user)
        else:
            stopping = {name: given[name] for name in ("because", "note")}
            services.stop_prescription(found, **stopping, seen_version=seen, by=self.user)
        return Response(status=204, headers={"ETag": f'"{found.version}"'})

    @extend_schema(request=None, responses={200: WholePrescriptionSerializer}, parameters=[IF_MATCH])
    def restore(self, request: Request, pk: str) -> Response:
        """Make a draft again of one that was put aside."""
        found = self.get_object()
        seen = self.version_if_sent(found)
        return self.reply(services.restore_prescription(found, seen_version=seen, by=self.user))

    # ── Signatures ──────────────────────────────────────────────────────────

    @extend_schema(
        request=SignSerializer,
        responses={200: WholePrescriptionSerializer},
        examples=[examples.SIGN, examples.UNANSWERED],
        parameters=[IF_MATCH],
    )
    def sign(self, request: Request, pk: str) -> Response:
        """Sign a draft, with the password, in the version that was read. Its safety is checked once more.

        409 `unanswered_findings` names in `offers` what is contraindicated: answer each in `overrides` by its `key`,
        with `because` and, where it needs one, a `reason`. 409 `new_findings` names what has been found since the draft
        was written: send their keys in `seen`, or write the draft anew. Overriding one of the gravest (`second`)
        leaves the prescription `awaiting` until somebody else has signed it too. Wrong passwords are counted with those
        of the log-in: 429.
        """
        draft = self.get_object()
        seen = self.seen_version(draft)
        given = self.validated(SignSerializer)
        proof = self._prove(given["password"])
        signed = services.sign_prescription(
            draft,
            proof=proof,
            seen_version=seen,
            overrides=given["overrides"],
            seen=given["seen"],
            by=self.user,
        )
        return self.reply(signed)

    @extend_schema(
        request=CountersignSerializer, responses={200: WholePrescriptionSerializer}, parameters=[IF_MATCH]
    )
    def countersign(self, request: Request, pk: str) -> Response:
        """Give the second signature, with one's own password. Never by whoever gave the first."""
        awaiting = self.get_object()
        seen = self.seen_version(awaiting)
        proof = self._prove(self.validated(CountersignSerializer)["password"])
        signed = services.countersign_prescription(awaiting, proof=proof, seen_version=seen, by=self.user)
        return self.reply(signed)

    @extend_schema(
        request=DeclineSerializer, responses={200: WholePrescriptionSerializer}, parameters=[IF_MATCH]
    )
    def decline(self, request: Request, pk: str) -> Response:
        """Send back what waits for the second signature, with the reason. It is a draft again."""
        awaiting = self.get_object()
        seen = self.version_if_sent(awaiting)
        given = self.validated(DeclineSerializer)
        return self.reply(services.decline_prescription(awaiting, **given, seen_version=seen, by=self.user))

    def _prove(self, password: str) -> Proof:
        return prove(self.user, password, request=self.request._request)  # noqa: SLF001 the one of Django

    # ── Life ────────────────────────────────────────────────────────────────

    @extend_schema(
        request=DispenseSerializer,
        responses={200: WholePrescriptionSerializer},
        examples=[examples.DISPENSE, examples.SUBSTITUTE],
        parameters=[IDEMPOTENCY_KEY, IF_MATCH],
    )
    def dispense(self, request: Request, pk: str) -> Response:
        """Hand out of a signed prescription, all of it or nothing, out of the stock of a site (of the first, if none).

        409 `more_than_left` or `not_enough_stock` say how much there is in `offers`. A line of another prescription is
        not found. With an Idempotency-Key the same request is carried out once.
        """
        prescription = self.get_object()
        given = self.validated(DispenseSerializer)
        self._see_lines(prescription, [one.line_id for one in given["items"]])
        seen = self.version_if_sent(prescription)
        once = self.once(self.written)
        dispensed = services.dispense_prescription(
            prescription,
            items=given["items"],
            site=given["site"] or places.first_site(),
            seen_version=seen,
            once=once,
            by=self.user,
        )
        return self.reply(dispensed, body=once.answer if once else None)

    @extend_schema(request=ReturnSerializer, responses={200: WholePrescriptionSerializer})
    def take_back(self, request: Request, pk: str, entry_pk: str) -> Response:
        """Take back what was handed out by mistake, with the reason: into the stock, and it may be handed out again."""
        prescription = self.get_object()
        dispensing = one_of(Dispensing.objects.filter(pk=read_id(entry_pk), prescription_id=prescription.pk))
        if dispensing is None:
            acting.not_shown(Dispensing, read_id(entry_pk), by=self.user)
            raise Http404
        services.return_dispensing(dispensing, **self.validated(ReturnSerializer), by=self.user)
        prescription.refresh_from_db()
        return self.reply(prescription)

    @extend_schema(
        request=StopSerializer,
        responses={200: WholePrescriptionSerializer},
        examples=[examples.STOP],
        parameters=[IF_MATCH],
    )
    def stop(self, request: Request, pk: str) -> Response:
        """Say that it is no longer to be taken, or some lines of it. What was handed out stays written down."""
        prescription = self.get_object()
        given = self.validated(StopSerializer)
        self._see_lines(prescription, given["lines"] or [])
        seen = self.version_if_sent(prescription)
        return self.reply(services.stop_prescription(prescription, **given, seen_version=seen, by=self.user))

    @extend_schema(request=None, responses={201: WholePrescriptionSerializer}, parameters=[IDEMPOTENCY_KEY])
    def renew(self, request: Request, pk: str) -> Response:
        """Begin a draft with the same lines, checked anew. With an Idempotency-Key the same request is done once."""
        prescription = self.get_object()
        once = self.once(self.written)
        draft = services.renew_prescription(prescription, once=once, by=self.user)
        answer = self.reply(draft, 201, body=once.answer if once else None)
        answer["Location"] = f"/api/v1/prescriptions/{draft.pk}"
        return answer

    def _see_lines(self, prescription: Prescription, ids: Iterable[UUID]) -> None:
        """404 if one of these is no line of this prescription; asking for a line of another is written down."""
        asked = set(ids)
        own = set(
            PrescriptionLine.objects.filter(prescription_id=prescription.pk).values_list("pk", flat=True)
        )
        for foreign in sorted(asked - own):
            acting.not_shown(PrescriptionLine, foreign, by=self.user)
            raise Http404


def read_id(text: str) -> UUID:
    """The id that an address names; 404 for what is none."""
    try:
        return UUID(text)
    except ValueError as error:
        raise Http404 from error
