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
    path("<uuid:pk>/vitals/", views.vitals_list, name="vitals"),
    path("<uuid:pk>/vitals/record/", views.record_vitals, name="record_vitals"),
    path("<uuid:pk>/vitals/trend/", views.vitals_trend, name="vitals_trend"),
    path("<uuid:pk>/vitals/<uuid:entry_pk>/retract/", views.retract_vitals, name="retract_vitals"),
]
