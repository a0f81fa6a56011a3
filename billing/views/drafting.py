"""The HTML door of drafts: an invoice is written, with its sums beside it."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import places
from billing import services
from billing.forms import drafting as shapes
from billing.models import Charge, Invoice, InvoiceLine, Policy, Price, Service
from billing.services import Item, NotOfThis
from billing.services.drafting import DRAFT
from billing.services.shared import day_at
from billing.views.looking import about, bill_of, since_seen
from hospital.errors import Refusal
from hospital.web import PageRequest, answer_status, needs, once_from, refusals_on, render_page
from patients.models import Patient
from patients.views.charts import chart_page

EDITOR = "billing/edit.html"
SUMS = "billing/sums.html"
EDIT = "billing.edit_invoice"
BOTH, POST = ("GET", "POST"), ("POST",)
MOST_CHOSEN = 60


class Typed:
    """What is on the screen: the form of the whole, and the lines."""

    def __init__(self, request: PageRequest, patient: Patient, invoice: Invoice | None = None) -> None:
        self.patient, self.invoice = patient, invoice
        self.today = day_at(places.first_site())
        self.policies = shapes.policies_of(patient, self.today, invoice)
        self.chosen: list[Charge] = []
        if request.method == "POST":
            self._bind(request)
        else:
            self._begin(request)

    def _bind(self, request: PageRequest) -> None:
        data = request.POST.copy()
        total = data.get(f"{shapes.PREFIX}-TOTAL_FORMS", "")
        if "more" in data and total.isdecimal() and len(total) < 4:
            data[f"{shapes.PREFIX}-TOTAL_FORMS"] = str(int(total) + 1)
        self.form = shapes.DraftForm(data, policies=self.policies)
        self.lines = shapes.Lines(data, prefix=shapes.PREFIX)

    def _begin(self, request: PageRequest) -> None:
        if self.invoice is None:
            self.chosen = self._ticked(request)
            initial, first = {}, shapes.of_charges(self.chosen)
            usual = [str(one.unit_amount) for one in self.chosen]
            if self.policies:
                initial = {"policy": str(self.policies[0].pk)}
        else:
            rows = InvoiceLine.objects.filter(invoice_id=self.invoice.pk).in_order()
            written = list(rows.select_related("service", "charge"))
            first = shapes.of_lines(written)
            usual = [shapes.usual_price(line) for line in written]
            initial = shapes.of_invoice(self.invoice)
        self.form = shapes.DraftForm(initial=initial, policies=self.policies)
        self.lines = shapes.Lines(initial=[*first, {"quantity": "1"}], prefix=shapes.PREFIX)
        for form, price in zip(self.lines, usual, strict=False):
            form.fields["unit_amount"].widget.attrs["placeholder"] = price

    def _ticked(self, request: PageRequest) -> list[Charge]:
        """What is to be put on a new invoice: `?charge=<id>`, once for each."""
        ticked = request.GET.getlist("charge")[:MOST_CHOSEN]
        waiting = Charge.objects.unbilled_of(self.patient.pk) if ticked else []
        return [one for one in waiting if str(one.pk) in ticked]

    def is_valid(self) -> bool:
        """Whether all that was typed can be read. A line that is wrong says so itself."""
        return bool(self.form.is_valid() and self.lines.is_valid())

    def items(self) -> list[Item]:
        """The lines as they are asked for. Only after `is_valid`."""
        written = self.lines.written()
        texts = [one.cleaned_data["item"] for one in written]
        known = {one.code: one for one in Service.objects.filter(code__in=shapes.codes_in(texts))}
        wanted = {one.cleaned_data["charge"] for one in written} - {None}
        rows = Charge.objects.filter(pk__in=wanted, patient_id=self.patient.pk) if wanted else []
        charges = {one.pk: one for one in rows}
        if wanted - set(charges):
            raise NotOfThis(_("This charge is another patient’s."))
        items = [one.as_item(known, charges) for one in written]
        self._say_where_a_price_is_missing(written, items)
        return items

    def _say_where_a_price_is_missing(self, written: list[shapes.LineForm], items: list[Item]) -> None:
        wanted = {one.service.pk for one in items if one.service and one.unit_amount is None}
        said = self.form.said()
        policy: Policy | None = said["policy"]
        prices = (
            Price.objects.amounts(
                wanted,
                on=self.today,
                department_id=said["department"].pk if said["department"] else None,
                payer_id=policy.payer_id if policy else None,
            )
            if wanted
            else {}
        )
        for form, item in zip(written, items, strict=True):
            if (
                item.unit_amount is None
                and not item.charge
                and (not item.service or item.service.pk not in prices)
            ):
                form.add_error("unit_amount", _("Not on the price list today. Say a price."))
        if any(form.errors for form in written):
            raise ValidationError(_("A line has no price."))

    def sums(self) -> tuple[Invoice, list[InvoiceLine]]:
        said = self.form.said()
        del said["note"]
        return services.sums_of(self.patient, items=self.items(), **said)


@chart_page(DRAFT, BOTH)
def draft(request: PageRequest, patient: Patient) -> HttpResponse:
    """Write a new invoice: from what waits to be billed, the price list, or words."""
    typed = Typed(request, patient)
    if request.method == "POST" and "more" not in request.POST and typed.is_valid():
        with refusals_on(typed.form):
            once = once_from(request)
            made = services.draft_invoice(
                patient, items=typed.items(), once=once, by=request.user, **typed.form.said()
            )
            messages.success(request, _("Saved as a draft. It has no number until it is issued."))
            return redirect("billing:detail", made.pk)
    return _editor(request, typed)


@needs(EDIT, BOTH)
def edit(request: PageRequest, pk: UUID) -> HttpResponse:
    """Write a draft anew."""
    invoice = bill_of(request, pk)
    if request.method != "POST" and not invoice.is_draft:
        return redirect("billing:detail", pk)
    typed = Typed(request, invoice.patient, invoice)
    if request.method == "POST" and "more" not in request.POST and typed.is_valid():
        with refusals_on(typed.form):
            seen = typed.form.cleaned_data["version"]
            services.edit_invoice(
                invoice, items=typed.items(), seen_version=seen, by=request.user, **typed.form.said()
            )
            messages.success(request, _("Saved."))
            return redirect("billing:detail", pk)
    return _editor(request, typed)


def _editor(request: PageRequest, typed: Typed) -> HttpResponse:
    more = request.method == "POST" and "more" in request.POST
    status = 200 if more else _status(typed)
    preview, lines = _preview(typed)
    context = about(
        typed.patient,
        bill=typed.invoice,
        form=typed.form,
        lines=typed.lines,
        offered=offered_on(typed.today),
        preview=preview,
        preview_lines=lines,
        is_quiet=more,
        theirs=since_seen(typed.form, typed.invoice),
        back=_back(typed),
    )
    return render_page(request, EDITOR, context, partial="lines", status=status)


def _status(typed: Typed) -> int:
    status = answer_status(typed.form)
    return 422 if status == 200 and typed.lines.is_bound and not typed.lines.is_valid() else status


def _back(typed: Typed) -> str:
    if typed.invoice is None:
        return reverse("billing:of_patient", args=[typed.patient.pk])
    return reverse("billing:detail", args=[typed.invoice.pk])


def offered_on(day: date) -> list[tuple[Service, Any]]:
    """What can be chosen while one types, with the price of the day."""
    rows = list(Service.objects.offered().order_by("code_key")[: shapes.MOST_SERVICES])
    prices = Price.objects.amounts([one.pk for one in rows], on=day)
    return [(one, prices.get(one.pk)) for one in rows]


def _preview(typed: Typed) -> tuple[Invoice | None, list[InvoiceLine]]:
    """The sums of what is on the screen, where it can be reckoned."""
    if typed.form.is_bound:
        return _reckoned(typed)[:2]
    if typed.invoice is None:
        return _reckoned(typed, _sums_of_what_was_ticked)[:2] if typed.chosen else (None, [])
    lines = InvoiceLine.objects.filter(invoice_id=typed.invoice.pk).in_order()
    return typed.invoice, list(lines)


Sums = tuple[Invoice, list[InvoiceLine]]


def _sums_of_what_was_ticked(typed: Typed) -> Sums:
    items = [Item(charge=one) for one in typed.chosen]
    return services.sums_of(typed.patient, items=items, policy=next(iter(typed.policies), None))


def _sums_of_what_was_typed(typed: Typed) -> Sums | None:
    return typed.sums() if typed.is_valid() and typed.lines.written() else None


def _reckoned(
    typed: Typed, sums: Callable[[Typed], Sums | None] = _sums_of_what_was_typed
) -> tuple[Invoice | None, list[InvoiceLine], str]:
    """The sums, or why there are none."""
    try:
        found = sums(typed)
    except Refusal as refusal:
        return None, [], refusal.message
    except ValidationError as error:
        return None, [], " ".join(error.messages)
    return (*found, "") if found else (None, [], "")


@chart_page(DRAFT, POST, part="sums", leads_back=False)
def sums(request: PageRequest, patient: Patient) -> HttpResponse:
    """The sums of what is being typed. Writes nothing."""
    preview, lines, wrong = _reckoned(Typed(request, patient))
    context = {"bill": preview, "lines": lines, "wrong": wrong, "patient": patient}
    return render_page(request, SUMS, context)
