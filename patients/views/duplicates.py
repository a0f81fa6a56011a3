"""The HTML door of records that may be of one person."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from accounts import acting
from hospital.web import PageRequest, answer_status, get_visible, needs, paged, refusals_on, render_page
from patients import services
from patients.forms.duplicates import DismissForm, StatusForm, SuspectForm
from patients.models import SuspectedPair

LIST = "patients/duplicate_list.html"
DISMISS = "patients/duplicate_dismiss.html"
PAIRS = 10


@needs("patients.view_suspectedpair")
def duplicates(request: PageRequest) -> HttpResponse:
    """The list: pairs that somebody has to look at, or those of which it was said that they are two people."""
    status = StatusForm(request.GET).chosen
    page = paged(request, SuspectedPair.objects.visible_to(request.user).listed(status), size=PAIRS)
    asked = {"status": status}
    acting.listed("patients.view_suspectedpair", by=request.user, filters=asked, count=len(page))
    return render_page(request, LIST, {"page": page, "status": status}, partial="pairs")


@needs("patients.dismiss_duplicate", ("GET", "POST"))
def dismiss_duplicate(request: PageRequest, pk: UUID) -> HttpResponse:
    """Ask why they are two people, then take the pair off the list."""
    pair = get_visible(SuspectedPair.objects.select_related("first", "second"), request, pk)
    form = DismissForm(request.POST or None, initial={"version": pair.version})
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            reason, seen = form.cleaned_data["reason"], form.cleaned_data["version"]
            services.dismiss_duplicate(pair, reason=reason, seen_version=seen, by=request.user)
            messages.success(request, _("Two people. The pair is no longer on the list."))
            return redirect("patients:duplicates")
    return render_page(request, DISMISS, {"pair": pair, "form": form}, status=answer_status(form))


@needs("patients.suspect_duplicate", ("POST",))
def suspect_duplicate(request: PageRequest, pk: UUID) -> HttpResponse:
    """Take back that they are two people."""
    pair = get_visible(SuspectedPair, request, pk)
    form = SuspectForm(request.POST)
    if form.is_valid():
        with refusals_on(form):
            services.suspect_duplicate(pair, seen_version=form.cleaned_data["version"], by=request.user)
            messages.success(request, _("The pair is on the list again."))
            return redirect("patients:duplicates")
    messages.error(request, _("The pair has been changed meanwhile. Look at it again."))
    return redirect("patients:duplicates")
