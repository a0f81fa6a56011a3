"""Pages of patients."""

from django.urls import path

from patients import views

app_name = "patients"
urlpatterns = [
    path("", views.patient_list, name="list"),
    path("register/", views.register, name="register"),
    path("<uuid:pk>/", views.detail, name="detail"),
    path("<uuid:pk>/edit/", views.edit, name="edit"),
    path("<uuid:pk>/deactivate/", views.deactivate, name="deactivate"),
    path("<uuid:pk>/reactivate/", views.reactivate, name="reactivate"),
    path("<uuid:pk>/treat/", views.treat, name="treat"),
    path("<uuid:pk>/opened/", views.opened, name="opened"),
    path("<uuid:pk>/messages/", views.patient_messages, name="messages"),
    path("results/to-review/", views.results_to_review, name="results_to_review"),
    path("results/import/", views.import_results, name="import_results"),
    path("<uuid:pk>/results/", views.results, name="results"),
    path("<uuid:pk>/results/list/", views.results_list, name="results_list"),
    path("<uuid:pk>/results/tests/<str:loinc>/", views.results_of_test, name="results_of_test"),
    path("<uuid:pk>/results/record/", views.record_result, name="record_result"),
    path("<uuid:pk>/results/review/", views.review_results, name="review_results"),
    path("<uuid:pk>/results/<uuid:entry_pk>/retract/", views.retract_result, name="retract_result"),
]
