"""Addresses of prescriptions: in a patient's record, at the pharmacy, and for those who verify one."""

from django.urls import path

from prescriptions.views import life, signing

ENTRY = "patients/<uuid:pk>/prescriptions/<uuid:entry_pk>/"

app_name = "prescriptions"
urlpatterns = [
    path("prescriptions/to-sign/", signing.to_sign, name="to_sign"),
    path(f"{ENTRY}sign/", signing.sign, name="sign"),
    path(f"{ENTRY}countersign/", signing.countersign, name="countersign"),
    path(f"{ENTRY}decline/", signing.decline, name="decline"),
    path(f"{ENTRY}stop/", life.stop, name="stop"),
    path(f"{ENTRY}renew/", life.renew, name="renew"),
]
