"""The catalogue of medicines in the administrators' window, with whole lists in and out."""

from collections.abc import Callable
from typing import Any, ClassVar, cast

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _

from accounts.models import User
from hospital.admin import ReadOnlyAdmin, RecordAdmin
from hospital.web import answer_status, refusals_on
from prescriptions import services
from prescriptions.forms.catalogue import ListForm
from prescriptions.lists import COLUMNS, OPTIONAL, write
from prescriptions.models import Dispensing, Product, Stock, Substance


class MedicineAdmin(RecordAdmin):
    """Medicines are withdrawn, never removed. The key stays: others refer to it."""

    add_permission = change_permission = "prescriptions.keep_catalogue"
    change_list_template = "admin/prescriptions/change_list.html"
    ordering = ("name_key",)
    search_fields = ("found_by",)
    import_list: ClassVar[Callable[..., services.Imported]]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return (*super().get_readonly_fields(request, obj), *(["key"] if obj else []))

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        """By the beginnings of words, as everywhere."""
        return (queryset.search(search_term) if search_term.strip() else queryset), False

    def get_urls(self) -> Any:
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        return [
            path("import/", self.admin_site.admin_view(self.import_view), name=f"{name}_import"),
            path("export/", self.admin_site.admin_view(self.export_view), name=f"{name}_export"),
            *super().get_urls(),
        ]

    def export_view(self, request: HttpRequest) -> HttpResponse:
        """All of them as CSV, as the import takes it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        text = write(self.model, self.get_queryset(request).order_by("key").iterator(chunk_size=1_000))
        answer = HttpResponse(text, content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="{self.opts.model_name}s.csv"'
        return answer

    def import_view(self, request: HttpRequest) -> HttpResponse:
        """Take a CSV file; say what became of its lines, or which of them are wrong."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        form = ListForm(request.POST, request.FILES) if request.method == "POST" else ListForm()
        if form.is_valid():
            with refusals_on(form):
                imported = self._import(form.cleaned_data["file"], by=cast("User", request.user))
                messages.success(request, self._said(imported))
        if form.is_valid():
            return redirect(self._changelist())
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Import %(nouns)s") % {"nouns": self.opts.verbose_name_plural},
            "form": form,
            "columns": ", ".join(COLUMNS[self.model]),
            "optional": ", ".join(OPTIONAL[self.model]),
            "changelist": self._changelist(),
        }
        return render(request, "admin/prescriptions/import.html", context, status=answer_status(form))

    def _import(self, file: Any, *, by: User) -> services.Imported:
        return type(self).import_list(file.read(), by=by)

    def _changelist(self) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")

    def _said(self, imported: services.Imported) -> str:
        return _("%(added)d added, %(changed)d changed, %(same)d as they were.") % vars(imported)


@admin.register(Substance)
class SubstanceAdmin(MedicineAdmin):
    import_list = staticmethod(services.import_substances)
    list_display = ("name", "atc", "classes", "is_active")
    list_filter = ("is_active",)
    fields = ("key", "name", "synonyms", "atc", "classes", "is_active")

    def act(self, *, record: Any, changes: dict[str, Any], adding: bool, by: User) -> Any:
        if adding:
            return services.add_substance(**changes, by=by)
        return services.edit_substance(record, **changes, by=by)


@admin.register(Product)
class ProductAdmin(MedicineAdmin):
    import_list = staticmethod(services.import_products)
    list_display = ("name", "ingredients", "form", "route", "is_active")
    list_filter = ("is_active", "route")
    fields = ("key", "name", "synonyms", "ingredients", "form", "route", "is_active")

    def act(self, *, record: Any, changes: dict[str, Any], adding: bool, by: User) -> Any:
        if adding:
            return services.add_product(**changes, by=by)
        return services.edit_product(record, **changes, by=by)


@admin.register(Stock)
class StockAdmin(ReadOnlyAdmin):
    """Stock is received and counted in the pharmacy; here it is looked at."""

    change_list_template = "admin/change_list.html"  # without the lists of the catalogue
    list_display = ("product", "site", "on_hand", "reorder_at", "is_low")
    list_filter = ("is_low", "site")
    list_select_related = ("product", "site")
    ordering = ("name_key",)


@admin.register(Dispensing)
class DispensingAdmin(ReadOnlyAdmin):
    """What was handed out, to be looked at."""

    about_patients = True
    change_list_template = "admin/change_list.html"
    list_display = (
        "created_at",
        "medicine",
        "quantity",
        "quantity_unit",
        "patient",
        "recorded_by",
        "retracted_at",
    )
    list_filter = ("is_substitute", "site")
    list_select_related = ("patient", "recorded_by")
    ordering = ("-created_at",)
