"""Where accounts are found: django-allauth's doors that we open, and our own."""

from allauth.account import views as allauth
from django.urls import path, re_path

from accounts import views
from hospital.web import PUBLIC, SIGNED_IN, needs

BOTH = ("GET", "POST")

# Their names are django-allauth's own, which has to find them.
allauth_urlpatterns = [
    path("login/", needs(PUBLIC, BOTH)(allauth.login), name="account_login"),
    path("logout/", needs(PUBLIC, BOTH)(allauth.logout), name="account_logout"),
    path("signup/", needs(PUBLIC, BOTH)(allauth.signup), name="account_signup"),
    path("inactive/", needs(PUBLIC)(allauth.account_inactive), name="account_inactive"),
    path("password/change/", needs(SIGNED_IN, BOTH)(allauth.password_change), name="account_change_password"),
    path("password/set/", needs(SIGNED_IN, BOTH)(allauth.password_set), name="account_set_password"),
    path("password/reset/", needs(PUBLIC, BOTH)(allauth.password_reset), name="account_reset_password"),
    path(
        "password/reset/done/", needs(PUBLIC)(allauth.password_reset_done), name="account_reset_password_done"
    ),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        needs(PUBLIC, BOTH)(allauth.password_reset_from_key),
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/key/done/",
        needs(PUBLIC)(allauth.password_reset_from_key_done),
        name="account_reset_password_from_key_done",
    ),
]

app_name = "accounts"
urlpatterns = [
    path("me/", views.me, name="me"),
    path("me/sessions/<uuid:pk>/end/", views.end_session, name="end_session"),
    path("theme/", views.theme, name="theme"),
    path("shortcuts/", views.shortcuts, name="shortcuts"),
]
