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
]
