"""One's own account."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from accounts import services
from accounts.forms import OwnAccountForm, ShortcutsForm, ThemeForm
from accounts.models import ApiSession
from hospital.web import (
    PUBLIC,
    SHORTCUTS_COOKIE,
    SIGNED_IN,
    THEME_COOKIE,
    PageRequest,
    answer_status,
    get_visible,
    needs,
    refusals_on,
    render_page,
    way_back,
)

A_YEAR = 365 * 86400


@needs(SIGNED_IN, ("GET", "POST"))
def me(request: PageRequest) -> HttpResponse:
    """My name, my role, my sessions of the API."""
    form = OwnAccountForm(request.POST or None, initial={"full_name": request.user.full_name})
    if form.is_valid():
        with refusals_on(form):
            services.edit_own_account(request.user, full_name=form.cleaned_data["full_name"], by=request.user)
    if form.is_valid():
        messages.success(request, _("Saved."))
        return redirect("accounts:me")
    sessions = ApiSession.objects.filter(user_id=request.user.pk).live()[:20]
    context = {"form": form, "sessions": sessions}
    return render_page(request, "accounts/me.html", context, status=answer_status(form))


@needs("accounts.end_session", ("POST",))
def end_session(request: PageRequest, pk: UUID) -> HttpResponse:
    """End one session of the API."""
    session = get_visible(ApiSession, request, pk)
    services.end_session(session, by=request.user)
    messages.success(request, _("The session has ended."))
    return redirect("accounts:me")


@needs(PUBLIC, ("POST",))
def theme(request: PageRequest) -> HttpResponse:
    """Light, dark, or as the device has it: kept in a cookie of this browser."""
    form = ThemeForm(request.POST)
    response = redirect(way_back(request, request.headers.get("Referer", "")) or "home")
    if form.is_valid():
        response.set_cookie(
            THEME_COOKIE, form.cleaned_data["theme"], max_age=A_YEAR, samesite="Lax", httponly=True
        )
    return response


@needs(SIGNED_IN, ("POST",))
def shortcuts(request: PageRequest) -> HttpResponse:
    """Whether single letters lead to pages (WCAG 2.1.4): kept in a cookie of this browser."""
    form = ShortcutsForm(request.POST)
    response = redirect("accounts:me")
    if form.is_valid():
        chosen = form.cleaned_data["shortcuts"]
        response.set_cookie(SHORTCUTS_COOKIE, chosen, max_age=A_YEAR, samesite="Lax", httponly=True)
        messages.success(request, _("Saved."))
    return response
