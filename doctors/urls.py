"""Addresses of the pages about doctors."""

from django.urls import path

from doctors import views

app_name = "doctors"
urlpatterns = [
    path("", views.doctor_list, name="list"),
    path("add/", views.add, name="add"),
    path("<uuid:pk>/", views.detail, name="detail"),
    path("<uuid:pk>/edit/", views.edit, name="edit"),
    path("<uuid:pk>/deactivate/", views.deactivate, name="deactivate"),
    path("<uuid:pk>/reactivate/", views.reactivate, name="reactivate"),
    path("<uuid:pk>/hours/add/", views.add_block, name="add_block"),
    path("<uuid:pk>/hours/<uuid:block_pk>/end/", views.end_block, name="end_block"),
    path("<uuid:pk>/time-off/add/", views.add_time_off, name="add_time_off"),
    path("<uuid:pk>/time-off/<uuid:time_off_pk>/remove/", views.remove_time_off, name="remove_time_off"),
]
