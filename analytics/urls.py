"""Where the pages of analytics are."""

from django.urls import path

from analytics.views import dashboard, health, statistics

app_name = "analytics"
urlpatterns = [
    path("", dashboard.dashboard, name="dashboard"),
    path("appointments/", statistics.appointments, name="appointments"),
    path("appointments.csv", statistics.appointments_file, name="appointments_file"),
    path("revenue/", statistics.revenue, name="revenue"),
    path("revenue.csv", statistics.revenue_file, name="revenue_file"),
    path("prescriptions/", statistics.prescriptions, name="prescriptions"),
    path("prescriptions.csv", statistics.prescriptions_file, name="prescriptions_file"),
    path("patients/", statistics.people, name="people"),
    path("patients.csv", statistics.people_file, name="people_file"),
    path("visits/", statistics.visits, name="visits"),
    path("health/", health.health, name="health"),
]
