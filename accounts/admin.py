"""Users, sites, departments and sessions in the administrators' window."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts import services
from accounts.models import ApiSession, Department, Site, User
from hospital.admin import ReadOnlyAdmin, RecordAdmin


@admin.register(User)
class UserAdmin(RecordAdmin):
    """Give and take roles, disable and enable, correct names."""

    add_permission = "accounts.add_user"
    change_permission = "accounts.edit_user"
    list_display = ("full_name", "email", "role", "is_active", "last_login")
    list_filter = ("role", "is_active")
    search_fields = ("email", "full_name")
    ordering = ("full_name",)
    fields = ("full_name", "email", "role", "is_active")
    readonly_fields = ("id", "created_at", "last_login")

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        if obj is None:
            form.base_fields["password"] = forms.CharField(
                label=_("Password"),
                widget=forms.PasswordInput,
                required=False,
                help_text=_("Empty: the owner asks for one by e-mail, with “Forgotten?”."),
            )
        return form

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return [(None, {"fields": ["full_name", "email", "role", "password"]})]
        return super().get_fieldsets(request, obj)

    def act(self, *, record: Any, changes: dict[str, Any], adding: bool, by: User) -> Any:
        if adding:
            changes.pop("is_active", None)
            return services.add_user(**changes | {"password": changes.get("password") or None}, by=by)
        seen: dict[str, Any] = {"seen_version": changes.pop("seen_version", None)}
        role, active = changes.pop("role", None), changes.pop("is_active", None)
        # What may be refused comes first; the version that was seen is asked for once.
        if role is not None:
            services.assign_role(record, role=role, by=by, **seen)
            seen = {}
        if active is not None:
            (services.enable_user if active else services.disable_user)(record, by=by, **seen)
            seen = {}
        if changes or seen:
            services.edit_user(record, **changes, **seen, by=by)
        return record


class PlaceAdmin(RecordAdmin):
    add_permission = change_permission = "accounts.keep_places"


@admin.register(Site)
class SiteAdmin(PlaceAdmin):
    list_display = ("name", "number_prefix", "time_zone")
    search_fields = ("name",)
    fields = ("name", "address", "time_zone", "number_prefix", "quiet_from", "quiet_until", "reminders")

    def act(self, *, record: Any, changes: dict[str, Any], adding: bool, by: User) -> Any:
        return (
            services.add_site(**changes, by=by) if adding else services.edit_place(record, **changes, by=by)
        )


@admin.register(Department)
class DepartmentAdmin(PlaceAdmin):
    list_display = ("name", "code", "site")
    list_filter = ("site",)
    search_fields = ("name", "code")
    fields = ("site", "name", "code")

    def act(self, *, record: Any, changes: dict[str, Any], adding: bool, by: User) -> Any:
        if adding:
            return services.add_department(**changes, by=by)
        return services.edit_place(record, **changes, by=by)


@admin.register(ApiSession)
class ApiSessionAdmin(ReadOnlyAdmin):
    list_display = ("user", "client", "created_at", "used_at", "ended_at", "ended_because")
    list_filter = ("ended_because",)
    fields = ("user", "client", "created_at", "used_at", "expires_at", "ended_at", "ended_because")
    actions = ("end_now",)

    @admin.action(description=_("End these sessions now"))
    def end_now(self, request: HttpRequest, sessions: QuerySet[ApiSession]) -> None:
        for session in sessions:
            services.end_session(session, because="ended by an administrator", by=request.user)  # type: ignore[arg-type]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fields
