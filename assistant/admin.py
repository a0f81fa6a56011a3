"""Guidelines in the administrators' window: uploaded, followed while they are indexed, retired."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from assistant import services
from assistant.forms.guidelines import GuidelineFile
from assistant.models import Guideline
from hospital.admin import RecordAdmin

WORDS = ("title", "licence", "source", "language")


@admin.register(Guideline)
class GuidelineAdmin(RecordAdmin):
    """Documents from which the assistant quotes. The worker indexes them: reload the list to see how far it is."""

    add_permission = change_permission = "assistant.keep_guidelines"
    list_display = ("title", "progress", "licence", "language", "created_at", "read")
    list_filter = ("status", "language")
    search_fields = ("title", "source")
    ordering = ("title",)
    readonly_fields = (
        "progress",
        "read",
        "file_name",
        "media_type",
        "size",
        "pages",
        "uploaded_by",
        "retired_because",
        "id",
        "created_at",
        "updated_at",
        "version",
    )

    @admin.display(description=_("status"), ordering="status")
    def progress(self, guideline: Guideline) -> str:
        """Such as: Being indexed, 40 of 120 passages."""
        said = [str(guideline.get_status_display())]
        if guideline.passages_total:
            far = {"done": guideline.passages_done, "total": guideline.passages_total}
            said.append(str(_("%(done)s of %(total)s passages") % far))
        return ", ".join(said) + (f". {guideline.problem}" if guideline.problem else "")

    @admin.display(description=_("passages"))
    def read(self, guideline: Guideline) -> SafeString:
        return format_html('<a href="{}">{}</a>', guideline.get_absolute_url(), _("Read"))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.readonly_fields if obj is not None else ()

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and not (obj and obj.is_retired)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **kwargs | {"fields": WORDS})
        if obj is None:
            form.base_fields["file"] = GuidelineFile()
        elif self.has_change_permission(request, obj):
            form.base_fields["index_again"] = forms.BooleanField(
                label=_("Read and index it again"), required=False
            )
            form.base_fields["retire_because"] = forms.CharField(
                label=_("Retire it because"),
                required=False,
                max_length=300,
                help_text=_("With a reason nothing is quoted from it any more. It cannot be brought back."),
            )
        return form

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return [(None, {"fields": ["file", *WORDS]})]
        may_change = self.has_change_permission(request, obj)
        acts = (
            [(_("What is to be done"), {"fields": ["index_again", "retire_because"]})] if may_change else []
        )
        version = ["seen_version"] if may_change else []
        return [
            (None, {"fields": [*WORDS, *version]}),
            *acts,
            (_("The file"), {"fields": self.readonly_fields}),
        ]

    def act(self, *, record: Any, changes: dict[str, Any], adding: bool, by: User) -> Any:
        if adding:
            return services.upload_guideline(**changes, by=by)
        seen: dict[str, Any] = {"seen_version": changes.pop("seen_version", None)}
        reason, again = changes.pop("retire_because", ""), changes.pop("index_again", False)
        if reason:
            return services.retire_guideline(record, reason=reason, by=by, **seen)
        if changes:
            services.edit_guideline(record, **changes, **seen, by=by)
            seen = {}
        if again and not record.is_moving:
            services.index_guideline_again(record, **seen, by=by)
        return record
