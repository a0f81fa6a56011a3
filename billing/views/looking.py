"""What the pages of billing share: the invoice that is asked for, the frame of a patient, what others did meanwhile."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.forms import BaseForm

from accounts import places
from audit.models import Entry, EntryQuerySet
from billing.models import CreditNote, Invoice, Receipt, Refund
from hospital.errors import Stale
from hospital.web import PageRequest, get_visible
from patients.models import Patient

VIEW = "billing.view_invoice"
LOOKS = (VIEW, "billing.view_receipt", "billing.view_payment", "billing.view_refund")
WITH = ("patient", "policy__payer", "department", "drafted_by", "issued_by", "voided_by")


def bill_of(request: PageRequest, pk: UUID, *, opens: bool = True) -> Invoice:
    found: Invoice = get_visible(Invoice.objects.select_related(*WITH), request, pk, opens=opens)
    return found


def about(patient: Patient, **more: Any) -> dict[str, Any]:
    """The frame of a patient’s page without the chart: who takes money need not know about allergies."""
    return {"patient": patient, "site": places.site(patient.site_id)} | more


@dataclass(frozen=True)
class SinceSeen:
    """Who was faster, and how the invoice stands now."""

    bill: Invoice
    last: Entry | None


def since_seen(form: BaseForm, invoice: Invoice | None) -> SinceSeen | None:
    """What somebody else has changed, where a form was refused because of it."""
    refusal = getattr(form, "refusal", None)
    if invoice is None or not isinstance(refusal, Stale):
        return None
    now = Invoice.objects.select_related(*WITH).get(pk=invoice.pk)
    papers = [
        pk
        for model in (Receipt, CreditNote, Refund)
        for pk in model.objects.filter(invoice_id=invoice.pk).values_list("pk", flat=True)
    ]
    return SinceSeen(now, history(invoice, papers).filter(outcome=Entry.Outcome.DONE).first())


def history(invoice: Invoice, papers: Iterable[UUID]) -> EntryQuerySet:
    """What was done with an invoice, newest first: with itself, and by its receipts, credit notes and refunds."""
    acts = Entry.objects.filter(subject_id__in=[invoice.pk, *papers]).exclude(verb__in=LOOKS)
    return acts.select_related("actor").order_by("-id")


def version_to_send(form: BaseForm, record: Any) -> Any:
    """What a form that is shown again has seen: the row as it is now, once it was said what has changed."""
    if not form.is_bound or isinstance(getattr(form, "refusal", None), Stale):
        return record.version
    return form.data.get("version", "")
