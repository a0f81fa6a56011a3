"""Shapes of what people type about accounts."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import UserAttributeSimilarityValidator
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import User


class SignupForm(forms.Form):
    """What registration asks for besides the e-mail address and the password."""

    full_name = forms.CharField(label=_("Name"), max_length=150)
    field_order = ("full_name", "email", "password1", "password2")

    def clean(self) -> dict[str, Any]:
        """A password like the name: django-allauth compares it with the address only."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        likeness = UserAttributeSimilarityValidator(user_attributes=("full_name",))
        try:
            likeness.validate(given.get("password1", ""), User(full_name=given.get("full_name", "")))
        except forms.ValidationError as error:
            self.add_error("password1", error)
        return given

    def signup(self, request: HttpRequest, user: User) -> None:
        """The adapter has registered the user through the service."""


class OwnAccountForm(forms.ModelForm[User]):
    class Meta:
        model = User
        fields = ("full_name",)


class ThemeForm(forms.Form):
    theme = forms.ChoiceField(choices=[("auto", ""), ("light", ""), ("dark", "")])


class ShortcutsForm(forms.Form):
    shortcuts = forms.ChoiceField(choices=[("on", ""), ("off", "")])
