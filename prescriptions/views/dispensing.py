"""The HTML door of dispensing: who waits, what is handed out, and what comes back."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect

from accounts import acting, places
from accounts.models import Site, User
from hospital import clock
from hospital.models import one_of
from hospital.web import (
    PageRequest,
    answer_status,
    get_visible,
    needs,
    once_from,
    paged,
    refusals_on,
    render_page,
)
from patients.models import Patient
from patients.views.charts import about
from prescriptions import services
from prescriptions.forms.dispensing import (
    LONGEST_QUESTION,
    Choice,
    DispenseForm,
    ReturnForm,
    Row,
    codes_in,
)
from prescriptions.models import Dispensing, Prescription, PrescriptionLine, Product, Stock, Warned
from prescriptions.services.dispensing import DISPENSE, RETURN
from prescriptions.views.sites import at, several_sites, site_asked

QUEUE = "prescriptions/queue.html"
PAGE = "prescriptions/dispense.html"
BACK = "prescriptions/dispensing_return.html"
VIEW = "prescriptions.view_prescription"
BOTH = ("GET", "POST")
MOST_OF_TODAY = 100
MOST_FOUND = 50
MOST_PATIENTS = 20


# ── The queue ───────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Waiting:
    """A prescription of the list, with its medicines and how much of them is left."""

    prescription: Prescription
    medicines: Sequence[PrescriptionLine]
    is_over: bool  # its last day has gone by, whatever its status says

    @property
    def is_open(self) -> bool:
        return self.prescription.status in Prescription.TO_DISPENSE and not self.is_over


def waiting(site: Site, user: User) -> Any:
    """What is to be handed out at a site; of several sites, what was written in its departments."""
    rows = Prescription.objects.visible_to(user).to_dispense(clock.today(site.time_zone))
    if len(places.sites()) > 1:
        rows = rows.filter(
            department_id__in=[one.pk for one in places.departments() if one.site_id == site.pk]
        )
    return rows.select_related("patient", "doctor")


def with_medicines(prescriptions: Sequence[Prescription], today: date) -> list[Waiting]:
    """The rows of a list; their medicines are read with one query."""
    keys = [one.pk for one in prescriptions]
    of: dict[UUID, list[PrescriptionLine]] = {key: [] for key in keys}
    for line in PrescriptionLine.objects.filter(prescription_id__in=keys).in_order() if keys else ():
        of[line.prescription_id].append(line)
    return [Waiting(one, of[one.pk], _is_over(one, today)) for one in prescriptions]


def _is_over(prescription: Prescription, today: date) -> bool:
    return prescription.status in Prescription.TO_DISPENSE and not prescription.is_valid_on(today)


@needs(DISPENSE)
def queue(request: PageRequest) -> HttpResponse:
    """Who waits: those of today first, the longest wait first. The page reads itself again.

    `?q=` looks for a prescription by its code or by its patient, whatever became of it. A code leads to it at once.
    A list that reads itself again is written down only when it shows other prescriptions than before.
    """
    site, question = site_asked(request), request.GET.get("q", "").strip()[:LONGEST_QUESTION]
    today = clock.today(site.time_zone)
    context = {
        "site": site,
        "sites": several_sites(),
        "today": today,
        "question": question,
        "here": at(site, reverse("prescriptions:queue")),
    }
    if not question:
        return _who_waits(request, site, context)
    if found := _by_code(question, request.user):
        address = at(site, reverse("prescriptions:dispense", args=[found.pk]))
        return HttpResponseClientRedirect(address) if request.htmx else redirect(address)
    rows = with_medicines(_of_patients(question, request.user), today)
    acting.listed(VIEW, by=request.user, filters={"q": question}, count=len(rows))
    return render_page(request, QUEUE, context | {"found": rows, "count": len(rows)}, partial="queue")


def _who_waits(request: PageRequest, site: Site, context: dict[str, Any]) -> HttpResponse:
    begins, _ends = clock.bounds_of_today(site.zone)
    rows = waiting(site, request.user)
    of_today = list(rows.filter(signed_at__gte=begins)[:MOST_OF_TODAY])
    earlier = paged(request, rows.filter(signed_at__lt=begins))
    shown = [*of_today, *earlier]
    signature = _signature(shown, request.user)
    if not request.htmx or request.GET.get("seen", "") != signature:
        acting.listed(VIEW, by=request.user, filters={"waiting": str(site.pk)}, count=len(shown))
    lines = with_medicines(shown, context["today"])
    context |= {
        "groups": [
            (_("Signed today"), lines[: len(of_today)]),
            (_("Signed earlier"), lines[len(of_today) :]),
        ],
        "page": earlier,
        "count": len(shown),
        "again_url": at(
            site,
            reverse("prescriptions:queue"),
            seen=signature,
            page=str(earlier.number) if earlier.has_previous else "",
        ),
    }
    return render_page(request, QUEUE, context, partial="queue")


def _signature(prescriptions: Iterable[Prescription], user: User) -> str:
    ids = ",".join(sorted(one.pk.hex for one in prescriptions))
    return salted_hmac("prescriptions.queue", f"{user.pk}:{ids}", algorithm="sha256").hexdigest()[:32]


def _by_code(question: str, user: User) -> Prescription | None:
    codes = codes_in(question)
    rows = Prescription.objects.visible_to(user).sealed()
    found: Prescription | None = one_of(rows.filter(code__in=codes)) if codes else None
    return found


def _of_patients(question: str, user: User) -> list[Prescription]:
    """Of those whom the words mean, the latest first."""
    people = {one.pk: one for one in Patient.objects.visible_to(user).ranked(question)[:MOST_PATIENTS]}
    rows = Prescription.objects.visible_to(user).sealed().filter(patient_id__in=list(people))
    found = list(rows.order_by("-signed_at", "-id").select_related("doctor")[:MOST_FOUND]) if people else []
    for one in found:
        one.patient = people[one.patient_id]
    return found


# ── Handing out ─────────────────────────────────────────────────────────────


@needs(DISPENSE, BOTH)
def dispense(request: PageRequest, pk: UUID) -> HttpResponse:
    """A prescription at the counter: what the doctor signed and overrode, what is left, what is in stock."""
    prescription = get_visible(_with_names(), request, pk)
    site = site_asked(request, places.department(prescription.department_id).site)
    rows = rows_of(prescription, site)
    form = DispenseForm(request.POST or None, rows=rows, initial={"version": prescription.version})
    if form.is_valid():
        with refusals_on(form):
            services.dispense_prescription(
                prescription,
                items=form.items(),
                site=site,
                seen_version=form.cleaned_data["version"],
                once=once_from(request),
                by=request.user,
            )
            messages.success(request, _said(prescription))
            return redirect(at(site, reverse("prescriptions:dispense", args=[pk])))
    if form.is_bound:  # what was typed stays; beside it stands what is there now
        prescription = _with_names().get(pk=pk)
        rows = rows_of(prescription, site)
    context = _counter(prescription, site, form) | {"rows": [(row, form.of(row)) for row in rows]}
    return render_page(request, PAGE, context, status=answer_status(form))


def _said(prescription: Prescription) -> str:
    if prescription.status == Prescription.Status.DISPENSED:
        return _("Handed out. Nothing is left of this prescription.")
    return _("Handed out. The rest stays for another time.")


def _with_names() -> Any:
    return Prescription.objects.sealed().with_names().select_related("patient")


def _counter(prescription: Prescription, site: Site, form: DispenseForm) -> dict[str, Any]:
    given = Dispensing.objects.filter(prescription_id=prescription.pk).order_by("id")
    return about(
        prescription.patient,
        prescription=prescription,
        form=form,
        why_not=services.why_not(prescription, site=site),
        findings=_findings(prescription),
        not_screened=prescription.safety.get("not_screened", ()),
        given=list(given.select_related("recorded_by", "retracted_by")),
        today=clock.today(site.time_zone),
        pharmacy=site,
        sites=several_sites(),
        here=at(site, reverse("prescriptions:dispense", args=[prescription.pk])),
        queue_url=at(site, reverse("prescriptions:queue")),
    )


def rows_of(prescription: Prescription, site: Site) -> list[Row]:
    """The lines with what may be handed out for each at this site: three queries, however many there are."""
    lines = list(prescription.medicines.in_order().select_related("product"))
    compositions = {one.product.composition for one in lines if one.product}
    alike = list(Product.objects.offered().filter(composition__in=compositions)) if compositions else []
    there = Stock.objects.there(site.pk, alike) if alike else {}
    return [Row(line, _choices(line, alike, there)) for line in lines]


def _choices(line: PrescriptionLine, alike: Sequence[Product], there: Mapping[UUID, Decimal]) -> list[Choice]:
    """The prescribed product, and those that may stand for it and are there."""
    if line.product is None:
        return []
    nothing = Decimal(0)
    same = [one for one in alike if not one.differs_from(line.product)]
    shown = [
        Choice(one, there.get(one.pk, nothing))
        for one in same
        if one.pk == line.product_id or there.get(one.pk)
    ]
    return sorted(shown, key=lambda one: (one.product.pk != line.product_id, one.product.name_key))


def _findings(prescription: Prescription) -> list[dict[str, Any]]:
    """What the check had found when it was signed, and why it was signed all the same."""
    answers = {one["key"]: one for one in prescription.overrides}
    words = dict(Warned.Because.choices)
    return [
        one
        | {
            "because": words.get(answers.get(one["key"], {}).get("because", ""), ""),
            "reason": answers.get(one["key"], {}).get("reason", ""),
        }
        for one in prescription.safety.get("findings", ())
    ]


# ── Taking back ─────────────────────────────────────────────────────────────


@needs(RETURN, BOTH)
def return_dispensing(request: PageRequest, pk: UUID) -> HttpResponse:
    """Ask why, then put back what was handed out by mistake."""
    dispensing = get_visible(Dispensing.objects.select_related("patient"), request, pk)
    counter = reverse("prescriptions:dispense", args=[dispensing.prescription_id])
    form = ReturnForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            services.return_dispensing(dispensing, reason=form.cleaned_data["reason"], by=request.user)
            messages.success(request, _("Taken back. It is in stock again, and can be handed out again."))
            return redirect(counter)
    context = about(dispensing.patient, dispensing=dispensing, form=form, back=counter)
    return render_page(request, BACK, context, status=answer_status(form))
