"""The HTML door of the price list."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from accounts import places
from billing import services
from billing.forms.changing import PriceForm
from billing.models import Payer, Price, Service
from billing.services.shared import day_at
from hospital.web import PageRequest, answer_status, get_visible, needs, paged, refusals_on, render_page

LIST = "billing/prices.html"
ONE = "billing/service.html"
LONGEST = 100


@needs("billing.view_service")
def price_list(request: PageRequest) -> HttpResponse:
    """What can be charged, and what it costs today."""
    question = request.GET.get("q", "").strip()[:LONGEST]
    rows = Service.objects.visible_to(request.user)
    rows = rows.search(question) if question else rows.order_by("code_key")
    page = paged(request, rows)
    prices = Price.objects.amounts([one.pk for one in page], on=day_at(places.first_site()))
    page.rows = [(one, prices.get(one.pk)) for one in page.rows]
    context = {"site": places.first_site(), "page": page, "question": question}
    return render_page(request, LIST, context, partial="results")


@needs("billing.view_service")
def service(request: PageRequest, pk: UUID) -> HttpResponse:
    """All prices of a service."""
    return _service(request, _one(request, pk))


@needs("billing.keep_price_list", ("POST",))
def set_price(request: PageRequest, pk: UUID) -> HttpResponse:
    """Say what a service costs from a day on."""
    found = _one(request, pk)
    form = PriceForm(request.POST, payers=_payers())
    if form.is_valid():
        with refusals_on(form):
            services.set_price(found, by=request.user, **form.said())
            messages.success(request, _("Saved. It holds from that day on."))
            return redirect("billing:service", pk)
    return _service(request, found, form=form, status=answer_status(form))


def _one(request: PageRequest, pk: UUID) -> Service:
    found: Service = get_visible(Service, request, pk)
    return found


def _payers() -> list[Payer]:
    return list(Payer.objects.filter(is_active=True).order_by("name", "id"))


def _service(
    request: PageRequest, found: Service, *, form: PriceForm | None = None, status: int = 200
) -> HttpResponse:
    today = day_at(places.first_site())
    prices = Price.objects.filter(service_id=found.pk).select_related("department", "payer")
    if form is None and request.user.has_perm("billing.keep_price_list"):
        form = PriceForm(payers=_payers(), initial={"valid_from": today})
    context = {
        "site": places.first_site(),
        "service": found,
        "form": form,
        "today": today,
        "page": paged(request, prices.order_by("-valid_from", "-id")),
    }
    return render_page(request, ONE, context, status=status)
