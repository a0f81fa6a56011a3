"""How django-allauth reaches our accounts: registration and passwords go through the services."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest

from accounts import services, signing_in
from accounts.models import User


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return bool(settings.REGISTRATION_OPEN)

    def get_client_ip(self, request: HttpRequest) -> str:
        return signing_in.address_of(request)

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        given = form.cleaned_data
        registered = services.register_user(
            email=given["email"], full_name=given["full_name"], password=given["password1"], by=request.user
        )
        user.__dict__.update(registered.__dict__)
        return user

    def set_password(self, user: User, password: str) -> None:
        services.change_password(user, password=password, by=user)

    def login(self, request: HttpRequest, user: User) -> None:
        services.sign_in(user, by=user)
        super().login(request, user)

    def logout(self, request: HttpRequest) -> None:
        if isinstance(request.user, User):
            services.sign_out(request.user, by=request.user)
        super().logout(request)
