"""The administrators' window: looks through the policy, acts through the services, removes nothing."""

from typing import Any, ClassVar, cast

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest

from accounts import acting
from accounts.models import User
from hospital.web import refusals_on

LONGEST_SEARCH = 200


class RecordAdmin(admin.ModelAdmin[Any]):
    """Records are added and changed by `act`, which calls one service. Name the permissions; None forbids."""

    about_patients = False
    add_permission: str | None = None
    change_permission: str | None = None
    list_per_page = 50
    show_full_result_count = False
    readonly_fields: ClassVar[Any] = ("id", "created_at", "updated_at", "version")

    def act(self, *, record: Any, changes: dict[str, Any], adding: bool, by: User) -> Any:
        """Call the service that adds or changes the record, and return the record."""
        raise NotImplementedError

    def _view_permission(self) -> str:
        return f"{self.opts.app_label}.view_{self.opts.model_name}"

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.has_perm(self._view_permission()))

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(self.add_permission and request.user.has_perm(self.add_permission))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(self.change_permission and request.user.has_perm(self.change_permission))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        names = super().get_readonly_fields(request, obj)
        return [name for name in names if obj is not None or name not in RecordAdmin.readonly_fields]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """A form that calls `act` as the last step of its check, so that a refusal stands on it."""
        may_change = obj is None or self.has_change_permission(request, obj)
        if kwargs.get("fields"):
            kwargs["fields"] = [name for name in kwargs["fields"] if name != "seen_version"]
        base = super().get_form(request, obj, change, **kwargs)

        class ActingForm(base):  # type: ignore[misc, valid-type]
            def _post_clean(form) -> None:  # noqa: N805
                super()._post_clean()
                if not form.errors and may_change:
                    with refusals_on(form):
                        form.record = self._act(request, form, obj)

        if obj is not None and may_change:
            ActingForm.base_fields["seen_version"] = forms.IntegerField(
                initial=obj.version, widget=forms.HiddenInput
            )
        return ActingForm

    def changeform_view(
        self, request: HttpRequest, object_id: Any = None, form_url: str = "", extra_context: Any = None
    ) -> Any:
        """Without Django's transaction around it: the service opens the one that holds on both engines."""
        return self._changeform_view(request, object_id, form_url, extra_context)  # type: ignore[attr-defined]

    def _act(self, request: HttpRequest, form: Any, obj: Any) -> Any:
        """Hand what was typed to the service, on a fresh row: the form has already written into its own."""
        given = {name: value for name, value in form.cleaned_data.items() if name != "seen_version"}
        if obj is None:
            return self.act(record=form.instance, changes=given, adding=True, by=cast("User", request.user))
        record = type(obj)._default_manager.get(pk=obj.pk)
        changes = {name: given[name] for name in form.changed_data if name in given}
        changes["seen_version"] = form.cleaned_data["seen_version"]
        return self.act(record=record, changes=changes, adding=False, by=cast("User", request.user))

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)
        for _, options in fieldsets:
            options["fields"] = [name for name in options["fields"] if name != "seen_version"]
        if obj is not None and self.has_change_permission(request, obj):
            fieldsets[0][1]["fields"] = [*fieldsets[0][1]["fields"], "seen_version"]
        return fieldsets

    def save_form(self, request: HttpRequest, form: Any, change: bool) -> Any:
        return form.record if form.is_valid() else form.instance

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """The form has called the service."""

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Rows of other nouns have services of their own."""

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """The audit has the row already."""

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """The audit has the row already."""

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """Opening a record about a patient is written down here too."""
        record = super().get_object(request, object_id, from_field)
        if record is not None:
            acting.opened(record, by=request.user)
        return record

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """A list about patients that was read, or a search, is written down here too."""
        answer: Any = super().changelist_view(request, extra_context)
        shown = getattr(answer, "context_data", None) or {}
        if self.about_patients and "cl" in shown:
            count = len(shown["cl"].result_list)
            acting.listed(self._view_permission(), by=request.user, filters=request.GET.dict(), count=count)
        return answer

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        """Longer words are cut: no name is longer, and MongoDB refuses such patterns."""
        return super().get_search_results(request, queryset, search_term[:LONGEST_SEARCH])

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """The filters that stand beside the list, and none by a password or another field that is not shown."""
        declared = {str(one[0] if isinstance(one, tuple) else one) for one in self.list_filter}
        return lookup.partition("__")[0] in declared and super().lookup_allowed(lookup, value, request)  # type: ignore[arg-type]

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        raise PermissionDenied

    def get_actions(self, request: HttpRequest) -> Any:
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    def get_queryset(self, request: HttpRequest) -> Any:
        rows = super().get_queryset(request)
        visible = getattr(rows, "visible_to", None)
        return visible(request.user) if visible else rows


class ReadOnlyAdmin(RecordAdmin):
    """For what nobody changes by hand."""

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        return [field.name for field in self.opts.fields]
