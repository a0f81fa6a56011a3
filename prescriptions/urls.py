"""Addresses of prescriptions: in a patient's record, at the pharmacy, and for those who verify one."""

from django.urls import path

from prescriptions.views import papers

app_name = "prescriptions"

CHART = "patients/<uuid:pk>/prescriptions/"
ENTRY = f"{CHART}<uuid:entry_pk>/"

urlpatterns = [
    path(f"{ENTRY}prescription.pdf", papers.paper, name="paper"),
    path("prescriptions/verify/", papers.verify, name="verify"),
    path("prescriptions/verify/<str:code>/<str:signs>/", papers.verify_paper, name="verify_paper"),
]
