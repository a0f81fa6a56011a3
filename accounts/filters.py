"""How sessions are looked for."""

import django_filters

from accounts.models import ApiSession


class ApiSessionFilter(django_filters.FilterSet):
    user = django_filters.UUIDFilter(field_name="user_id")

    class Meta:
        model = ApiSession
        fields = ("user",)
