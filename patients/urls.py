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
    path("<uuid:pk>/timeline/", views.patient_timeline, name="timeline"),
    path("notes/", views.notes_to_sign, name="notes_to_sign"),
    path("<uuid:pk>/notes/", views.note_list, name="note_list"),
    path("<uuid:pk>/notes/open/", views.open_encounter, name="open_encounter"),
    path("<uuid:pk>/notes/<uuid:entry_pk>/", views.note, name="note"),
    path("<uuid:pk>/notes/<uuid:entry_pk>/write/", views.write_note, name="write_note"),
    path("<uuid:pk>/notes/<uuid:entry_pk>/sign/", views.sign_note, name="sign_note"),
    path("<uuid:pk>/notes/<uuid:entry_pk>/discard/", views.discard_note, name="discard_note"),
    path("<uuid:pk>/notes/<uuid:entry_pk>/restore/", views.restore_note, name="restore_note"),
    path("<uuid:pk>/notes/<uuid:entry_pk>/addendum/", views.add_addendum, name="add_addendum"),
]
