"""Shapes of what people type about accounts."""

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import User


class SignupForm(forms.Form):
    """What registration asks for besides the e-mail address and the password."""

    full_name = forms.CharField(label=_("Name"), max_length=150)
    field_order = ("full_name", "email", "password1", "password2")

    def signup(self, request: HttpRequest, user: User) -> None:
        """The adapter has registered the user through the service."""


class OwnAccountForm(forms.ModelForm[User]):
    class Meta:
        model = User
        fields = ("full_name",)


class ThemeForm(forms.Form):
    theme = forms.ChoiceField(choices=[("auto", ""), ("light", ""), ("dark", "")])
