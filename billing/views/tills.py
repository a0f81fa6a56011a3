"""The HTML door of tills: opened, looked at, counted and closed, printed."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import acting, places
from billing import reports, services
from billing.forms.tills import CloseTillForm, OpenTillForm
from billing.models import Till
from billing.papers import files, till_paper, till_preview
from billing.services.tills import CLOSE, OPEN
from billing.views.looking import version_to_send
from billing.views.papers import as_csv, as_pdf, as_picture
from hospital.web import (
    PageRequest,
    answer_status,
    get_visible,
    needs,
    paged,
    refusals_on,
    render_page,
    way_back,
)

LIST = "billing/tills.html"
ONE = "billing/till.html"
OPENING = "billing/till_open.html"
VIEW = "billing.view_till"
BOTH = ("GET", "POST")
NAMED = ("cashier", "closed_by")


@needs(VIEW)
def till_list(request: PageRequest) -> HttpResponse:
    """The own tills, or for managers those of everybody; the latest first."""
    rows = Till.objects.visible_to(request.user).select_related(*NAMED)
    context = {
        "site": places.first_site(),
        "page": paged(request, rows.order_by("-opened_at", "-id")),
        "mine": services.till_of(request.user),
    }
    return render_page(request, LIST, context, partial="results")


@needs(OPEN, BOTH)
def open_till(request: PageRequest) -> HttpResponse:
    """Say what is in it; then back to where it was asked for."""
    form = OpenTillForm(request.POST or None)
    then = way_back(request, request.POST.get("next") or request.GET.get("next", ""))
    if form.is_valid():
        with refusals_on(form):
            till = services.open_till(by=request.user, **form.cleaned_data)
            messages.success(request, _("Till %(number)s is open.") % {"number": till.number})
            return redirect(then or reverse("billing:till", args=[till.pk]))
    mine = services.till_of(request.user)
    context = {"site": places.first_site(), "form": form, "then": then or "", "mine": mine}
    return render_page(request, OPENING, context, status=answer_status(form))


@needs(VIEW)
def till(request: PageRequest, pk: UUID) -> HttpResponse:
    """What has to be in it, and everything that passed."""
    found = _one(request, pk)
    return _till(request, found, CloseTillForm(initial={"version": found.version}))


@needs(CLOSE, ("POST",))
def close_till(request: PageRequest, pk: UUID) -> HttpResponse:
    """Close it with what was counted."""
    found = _one(request, pk)
    form = CloseTillForm(request.POST)
    if form.is_valid():
        with refusals_on(form):
            given = dict(form.cleaned_data)
            seen = given.pop("version")
            services.close_till(found, seen_version=seen, by=request.user, **given)
            messages.success(request, _("The till is closed."))
            return redirect("billing:till", pk)
    return _till(request, _one(request, pk), form)


def _one(request: PageRequest, pk: UUID) -> Till:
    found: Till = get_visible(Till.objects.select_related(*NAMED), request, pk)
    return found


def _till(request: PageRequest, found: Till, form: CloseTillForm) -> HttpResponse:
    may_close = found.cashier_id == request.user.pk or request.user.has_perm("billing.close_any_till")
    context = {
        "site": places.first_site(),
        "zone": places.site(found.site_id).zone,
        "till": found,
        "day": reports.day_of_till(found),
        "form": form,
        "may_close": may_close and request.user.has_perm(CLOSE) and found.is_open,
        "version": version_to_send(form, found),
    }
    return render_page(request, ONE, context, status=answer_status(form))


# ── On paper, and as a file ─────────────────────────────────────────────────


@needs(VIEW)
def paper_of_till(request: PageRequest, pk: UUID) -> HttpResponse:
    """The close as a PDF. Each printing of a closed till is counted and written down."""
    found = _one(request, pk)
    times = 1 if found.is_open else services.print_paper(found, by=request.user)
    return as_pdf(till_paper(found, times=times, by=request.user), found.number)


@needs(VIEW)
def preview_of_till(request: PageRequest, pk: UUID) -> HttpResponse:
    return as_picture(till_preview(_one(request, pk), by=request.user))


@needs(VIEW)
def tills_file(request: PageRequest) -> HttpResponse:
    """The list as a file."""
    rows = Till.objects.visible_to(request.user).select_related(*NAMED)
    found = list(rows.order_by("-opened_at", "-id")[: files.MOST_ROWS])
    acting.listed(VIEW, by=request.user, filters={}, count=len(found))
    return as_csv(files.of_tills(found), "tills")
