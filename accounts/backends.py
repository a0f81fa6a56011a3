"""Who somebody is and what he or she may do, for everything in Django that asks."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest

from accounts import roles, signing_in
from accounts.models import User


class RoleBackend(ModelBackend):
    """The password, counted before it is hashed; the permissions from `accounts.roles`."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **kwargs: Any,
    ) -> User | None:
        email = User.objects.normalize_email(username or kwargs.get("email") or "")
        if not email or password is None:
            return None
        signing_in.refuse_if_too_many(email, request)
        user: User | None = User.objects.filter(email=email).first()
        if user is None:
            User().set_password(password)  # the same time as for a known account
        elif user.check_password(password) and self.user_can_authenticate(user):
            signing_in.forget_failures(email)
            return user
        signing_in.count_failure(email, request, known=user)
        return None

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        if not getattr(user_obj, "is_active", False):
            return perm in roles.STRANGER if user_obj.is_anonymous else False
        return roles.allows(user_obj.role, perm)

    def has_module_perms(self, user_obj: Any, app_label: str) -> bool:
        return bool(user_obj.is_active and getattr(user_obj, "role", "") == roles.Role.ADMINISTRATOR)

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        return set(roles.ALLOWED.get(getattr(user_obj, "role", ""), frozenset()))
