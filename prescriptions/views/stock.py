"""The HTML door of the stock: what is there, what came in, what was counted."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

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
from prescriptions import services
from prescriptions.dosage import plain
from prescriptions.filters import LONGEST_QUERY, StockFilter
from prescriptions.forms.stock import CountForm, LevelForm, ReceiveForm
from prescriptions.models import Product, Stock, StockMovement
from prescriptions.services.stock import COUNT, RECEIVE
from prescriptions.views.sites import at, several_sites, site_asked

LIST = "prescriptions/stock_list.html"
ONE = "prescriptions/stock_detail.html"
RECEIVE_PAGE = "prescriptions/stock_receive.html"
VIEW = "prescriptions.view_stock"
BOTH, POST = ("GET", "POST"), ("POST",)
MOST_PRODUCTS = 20


@needs(VIEW)
def stock_list(request: PageRequest) -> HttpResponse:
    """What is in stock at a site; what has to be ordered comes first."""
    site = site_asked(request)
    data = {name: request.GET.get(name, "")[:LONGEST_QUERY] for name in ("q", "is_low")}
    shape = StockFilter(data, queryset=Stock.objects.visible_to(request.user).at(site.pk))
    rows = shape.qs.low_first().select_related("product") if shape.is_valid() else Stock.objects.none()
    context = {
        "site": site,
        "sites": several_sites(),
        "form": shape.form,
        "page": paged(request, rows),
        "is_filtered": any(data.values()),
        "here": at(site, reverse("prescriptions:stock")),
        "receive_url": at(site, reverse("prescriptions:receive")),
    }
    return render_page(request, LIST, context, partial="results")


@needs(RECEIVE, BOTH)
def receive(request: PageRequest) -> HttpResponse:
    """Find what was delivered, then say how much of it."""
    site, product = site_asked(request), _product_asked(request)
    if product is None:
        return render_page(request, RECEIVE_PAGE, _searching(request), partial="found")
    form = ReceiveForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            once = once_from(request)
            stock = services.receive_stock(
                product, site=site, once=once, by=request.user, **form.cleaned_data
            )
            messages.success(request, _received(stock, product))
            return redirect("prescriptions:stock_of", stock.pk)
    context = {
        "site": site,
        "product": product,
        "form": form,
        "there": Stock.objects.there(site.pk, [product]).get(product.pk),
        "here": at(site, reverse("prescriptions:receive"), product=str(product.pk)),
        "search_again": at(site, reverse("prescriptions:receive")),
        "stock_url": at(site, reverse("prescriptions:stock")),
    }
    return render_page(request, RECEIVE_PAGE, context, status=answer_status(form))


def _received(stock: Stock, product: Product) -> str:
    there = {"product": product, "n": plain(stock.on_hand)}
    return _("Received. Of %(product)s there are %(n)s now.") % there


def _product_asked(request: PageRequest) -> Product | None:
    asked = request.GET.get("product", "")
    return get_visible(Product, request, UUID(asked)) if _is_id(asked) else None


def _is_id(text: str) -> bool:
    return len(text) == 36 and all(one in "0123456789abcdef-" for one in text) and text.count("-") == 4


def _searching(request: PageRequest) -> dict[str, Any]:
    site, question = site_asked(request), request.GET.get("q", "").strip()[:LONGEST_QUERY]
    found = Product.objects.visible_to(request.user).offered().ranked(question, MOST_PRODUCTS)
    there = Stock.objects.there(site.pk, found) if found else {}
    address = reverse("prescriptions:receive")
    return {
        "site": site,
        "sites": several_sites(),
        "question": question,
        "found": [(one, there.get(one.pk), at(site, address, product=str(one.pk))) for one in found],
        "here": at(site, address),
        "stock_url": at(site, reverse("prescriptions:stock")),
    }


@needs(VIEW)
def stock(request: PageRequest, pk: UUID) -> HttpResponse:
    """One product at one site: how much is there, and what came in and went out."""
    return _detail(request, _stock(request, pk))


@needs(COUNT, POST)
def count(request: PageRequest, pk: UUID) -> HttpResponse:
    """Write down what was counted."""
    found = _stock(request, pk)
    form = CountForm(request.POST)
    if form.is_valid():
        with refusals_on(form):
            typed = {name: form.cleaned_data[name] for name in ("counted", "because")}
            seen = form.cleaned_data["version"]
            services.count_stock(found, seen_version=seen, by=request.user, **typed)
            messages.success(request, _("Counted. The stock was corrected."))
            return redirect("prescriptions:stock_of", pk)
    return _detail(request, _stock(request, pk), count_form=form, status=answer_status(form))


@needs(COUNT, POST)
def set_level(request: PageRequest, pk: UUID) -> HttpResponse:
    """Say at how much more is ordered."""
    found = _stock(request, pk)
    form = LevelForm(request.POST)
    if form.is_valid():
        with refusals_on(form):
            level, seen = form.cleaned_data["reorder_at"], form.cleaned_data["version"]
            services.set_reorder_level(found, reorder_at=level, seen_version=seen, by=request.user)
            messages.success(request, _("Saved."))
            return redirect("prescriptions:stock_of", pk)
    return _detail(request, _stock(request, pk), level_form=form, status=answer_status(form))


def _stock(request: PageRequest, pk: UUID) -> Stock:
    found: Stock = get_visible(Stock.objects.select_related("product", "site"), request, pk)
    return found


def _detail(request: PageRequest, stock: Stock, *, status: int = 200, **forms: Any) -> HttpResponse:
    movements = StockMovement.objects.filter(stock_id=stock.pk).select_related("moved_by", "dispensing")
    level = {"reorder_at": plain(stock.reorder_at)}
    context = {
        "stock": stock,
        "zone": stock.site.zone,
        "page": paged(request, movements.order_by("-created_at", "-id")),
        "count_form": CountForm(),
        "level_form": LevelForm(initial=level),
        "stock_url": at(stock.site, reverse("prescriptions:stock")),
        "receive_url": at(stock.site, reverse("prescriptions:receive"), product=str(stock.product_id)),
    }
    return render_page(request, ONE, context | forms, partial="movements", status=status)
