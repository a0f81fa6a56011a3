"""The HTML door of charges: by hand, and not charged after all."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import places
from billing import services
from billing.forms.changing import ReasonForm
from billing.forms.charging import ChargeForm
from billing.models import Charge
from billing.services.charging import ADD
from billing.services.shared import day_at
from billing.views.drafting import offered_on
from billing.views.looking import about, version_to_send
from hospital.web import PageRequest, answer_status, get_visible, needs, once_from, refusals_on, render_page
from patients.models import Patient
from patients.views.charts import chart_page

BY_HAND = "billing/charge.html"
CHANGE = "billing/change.html"
BOTH = ("GET", "POST")


@chart_page(ADD, BOTH, part="charges")
def add_charge(request: PageRequest, patient: Patient) -> HttpResponse:
    """Charge something that nothing else charges. It waits to be billed then."""
    form = ChargeForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            services.add_charge(patient, once=once_from(request), by=request.user, **form.said())
            messages.success(request, _("It waits to be billed."))
            return redirect("billing:of_patient", patient.pk)
    context = about(patient, form=form, offered=offered_on(day_at(places.first_site())))
    return render_page(request, BY_HAND, context, status=answer_status(form))


@needs("billing.waive_charge", BOTH)
def waive(request: PageRequest, pk: UUID) -> HttpResponse:
    """Ask for the reason, then do not charge something."""
    charge = get_visible(Charge.objects.select_related("patient"), request, pk)
    form = ReasonForm(request.POST or None, initial={"version": charge.version})
    back = reverse("billing:of_patient", args=[charge.patient_id])
    if form.is_valid():
        with refusals_on(form):
            given = form.cleaned_data
            services.waive_charge(
                charge, reason=given["reason"], seen_version=given["version"], by=request.user
            )
            messages.success(request, _("This is not charged."))
            return redirect(back)
    now = Charge.objects.select_related("patient").get(pk=pk)
    context = about(
        now.patient,
        charge=now,
        form=form,
        version=version_to_send(form, now),
        heading=_("Not charge this?"),
        text=_("It is no longer to be billed. Say why, for whoever asks later."),
        action=_("Do not charge"),
        back=back,
    )
    return render_page(request, CHANGE, context, status=answer_status(form))
