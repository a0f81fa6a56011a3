"""Addresses of prescriptions: in a patient's record, at the pharmacy, and for those who verify one."""

from django.urls import path

from prescriptions.views import figures, life, reading, signing, writing

OF_PATIENT = "patients/<uuid:pk>/prescriptions/"
ENTRY = f"{OF_PATIENT}<uuid:entry_pk>/"

app_name = "prescriptions"

FIGURES = [
    path("prescriptions/figures/", figures.figures, name="figures"),
    path("prescriptions/figures.csv", figures.figures_file, name="figures_file"),
]
urlpatterns = [
    *FIGURES,
    path("prescriptions/to-sign/", signing.to_sign, name="to_sign"),
    path(OF_PATIENT, reading.prescription_list, name="list"),
    path(f"{OF_PATIENT}write/", writing.begin, name="begin"),
    path(f"{OF_PATIENT}check/", writing.check, name="check"),
    path(f"{OF_PATIENT}medicines/", writing.medicines, name="medicines"),
    path(ENTRY, reading.prescription, name="detail"),
    path(f"{ENTRY}write/", writing.write, name="write"),
    path(f"{ENTRY}discard/", writing.discard, name="discard"),
    path(f"{ENTRY}restore/", writing.restore, name="restore"),
    path(f"{ENTRY}sign/", signing.sign, name="sign"),
    path(f"{ENTRY}countersign/", signing.countersign, name="countersign"),
    path(f"{ENTRY}decline/", signing.decline, name="decline"),
    path(f"{ENTRY}stop/", life.stop, name="stop"),
    path(f"{ENTRY}renew/", life.renew, name="renew"),
]
