"""Where the pages about visits are."""

from django.urls import path

from appointments import views

app_name = "appointments"
urlpatterns = [
    path("day/", views.day, name="day"),
    path("day/print/", views.print_day, name="print_day"),
    path("week/", views.week, name="week"),
    path("free/", views.free, name="free"),
    path("next-free/", views.next_free_times, name="next_free"),
    path("book/", views.book, name="book"),
    path("rules/", views.rules, name="rules"),
    path("<uuid:pk>/", views.detail, name="detail"),
    path("<uuid:pk>/move/", views.move, name="move"),
    path("<uuid:pk>/cancel/", views.cancel, name="cancel"),
    path("<uuid:pk>/confirm/", views.confirm, name="confirm"),
    path("<uuid:pk>/check-in/", views.check_in, name="check_in"),
    path("<uuid:pk>/start/", views.start, name="start"),
    path("<uuid:pk>/complete/", views.complete, name="complete"),
    path("<uuid:pk>/no-show/", views.no_show, name="no_show"),
]
