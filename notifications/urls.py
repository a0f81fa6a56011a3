"""Where the pages about messages are."""

from django.urls import path

from notifications import views

app_name = "notifications"
urlpatterns = [
    path("", views.inbox, name="inbox"),
    path("bell/", views.bell, name="bell"),
    path("read/", views.read_all, name="read_all"),
    path("<uuid:pk>/read/", views.read, name="read"),
    path("outbox/", views.outbox, name="outbox"),
    path("<uuid:pk>/", views.detail, name="detail"),
    path("<uuid:pk>/send-again/", views.send_again, name="send_again"),
    path("<uuid:pk>/dismiss/", views.dismiss, name="dismiss"),
    path("machinery/", views.machinery, name="machinery"),
    path("opt-out/<str:token>/", views.opt_out, name="opt_out"),
]
