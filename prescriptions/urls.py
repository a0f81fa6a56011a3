"""Addresses of prescriptions: in a patient's record, at the pharmacy, and for those who verify one."""

from django.urls import path

from prescriptions.views import figures

app_name = "prescriptions"
urlpatterns = [
    path("prescriptions/figures/", figures.figures, name="figures"),
    path("prescriptions/figures.csv", figures.figures_file, name="figures_file"),
]
