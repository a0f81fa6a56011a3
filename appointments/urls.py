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
    path("desk/", views.desk, name="desk"),
    path("desk/<uuid:doctor_pk>/call-next/", views.call_next, name="call_next"),
    path("walk-in/", views.walk_in, name="walk_in"),
    path("board/<str:secret>/", views.board, name="board"),
    path("boards/", views.boards, name="boards"),
    path("boards/<uuid:board_pk>/open/", views.open_board, name="open_board"),
    path("boards/<uuid:board_pk>/close/", views.close_board, name="close_board"),
    path("boards/<uuid:board_pk>/renew/", views.renew_board, name="renew_board"),
    path("<uuid:pk>/", views.detail, name="detail"),
    path("<uuid:pk>/move/", views.move, name="move"),
    path("<uuid:pk>/cancel/", views.cancel, name="cancel"),
    path("<uuid:pk>/confirm/", views.confirm, name="confirm"),
    path("<uuid:pk>/check-in/", views.check_in, name="check_in"),
    path("<uuid:pk>/start/", views.start, name="start"),
    path("<uuid:pk>/complete/", views.complete, name="complete"),
    path("<uuid:pk>/no-show/", views.no_show, name="no_show"),
    path("<uuid:pk>/undo/", views.undo, name="undo"),
    path("<uuid:pk>/recall/", views.recall, name="recall"),
    path("<uuid:pk>/skip/", views.skip, name="skip"),
    path("<uuid:pk>/priority/", views.priority, name="priority"),
    path("<uuid:pk>/note/", views.open_note, name="open_note"),
]
