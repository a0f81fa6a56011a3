"""Pages of patients."""

from django.urls import path

from patients import views

app_name = "patients"
urlpatterns = [
    path("", views.patient_list, name="list"),
    path("register/", views.register, name="register"),
    path("register/alike/", views.alike, name="alike"),
    path("duplicates/", views.duplicates, name="duplicates"),
    path("duplicates/<uuid:pk>/dismiss/", views.dismiss_duplicate, name="dismiss_duplicate"),
    path("duplicates/<uuid:pk>/suspect/", views.suspect_duplicate, name="suspect_duplicate"),
    path("<uuid:pk>/", views.detail, name="detail"),
    path("<uuid:pk>/edit/", views.edit, name="edit"),
    path("<uuid:pk>/deactivate/", views.deactivate, name="deactivate"),
    path("<uuid:pk>/reactivate/", views.reactivate, name="reactivate"),
    path("<uuid:pk>/consents/", views.consents, name="consents"),
    path("<uuid:pk>/consents/record/", views.record_consent, name="record_consent"),
    path("<uuid:pk>/death/", views.record_death, name="record_death"),
    path("<uuid:pk>/death/take-back/", views.take_back_death, name="take_back_death"),
    path("<uuid:pk>/treat/", views.treat, name="treat"),
    path("<uuid:pk>/opened/", views.opened, name="opened"),
    path("<uuid:pk>/messages/", views.patient_messages, name="messages"),
    path("<uuid:pk>/timeline/", views.patient_timeline, name="timeline"),
    path("<uuid:pk>/allergies/", views.allergies, name="allergies"),
    path("<uuid:pk>/allergies/record/", views.record_allergy, name="record_allergy"),
    path("<uuid:pk>/allergies/search/", views.allergens_found, name="allergens"),
    path("<uuid:pk>/allergies/none/", views.no_known_allergies, name="no_known_allergies"),
    path("<uuid:pk>/allergies/<uuid:entry_pk>/edit/", views.edit_allergy, name="edit_allergy"),
    path("<uuid:pk>/allergies/<uuid:entry_pk>/retract/", views.retract_allergy, name="retract_allergy"),
    path("<uuid:pk>/problems/", views.problems, name="problems"),
    path("<uuid:pk>/problems/record/", views.record_problem, name="record_problem"),
    path("<uuid:pk>/problems/codes/", views.codes_found, name="codes"),
    path("<uuid:pk>/problems/<uuid:entry_pk>/edit/", views.edit_problem, name="edit_problem"),
    path("<uuid:pk>/problems/<uuid:entry_pk>/resolve/", views.resolve_problem, name="resolve_problem"),
    path("<uuid:pk>/problems/<uuid:entry_pk>/reopen/", views.reopen_problem, name="reopen_problem"),
    path("<uuid:pk>/problems/<uuid:entry_pk>/retract/", views.retract_problem, name="retract_problem"),
    path("<uuid:pk>/alerts/", views.alerts, name="alerts"),
    path("<uuid:pk>/alerts/raise/", views.raise_alert, name="raise_alert"),
    path("<uuid:pk>/alerts/<uuid:entry_pk>/end/", views.end_alert, name="end_alert"),
    path("<uuid:pk>/vitals/", views.vitals_list, name="vitals"),
    path("<uuid:pk>/vitals/record/", views.record_vitals, name="record_vitals"),
    path("<uuid:pk>/vitals/trend/", views.vitals_trend, name="vitals_trend"),
    path("<uuid:pk>/vitals/<uuid:entry_pk>/retract/", views.retract_vitals, name="retract_vitals"),
]
