"""JSON of accounts and sessions."""

from typing import Any

from rest_framework import serializers

from accounts.models import ApiSession, User


class UserSerializer(serializers.ModelSerializer[User]):
    class Meta:
        model = User
        fields = ("id", "email", "full_name", "role", "version")
        read_only_fields = fields


class RegisterSerializer(serializers.Serializer[Any]):
    email = serializers.EmailField(max_length=254)
    full_name = serializers.CharField(max_length=150)
    password = serializers.CharField(max_length=128, trim_whitespace=False)


class LoginSerializer(serializers.Serializer[Any]):
    email = serializers.CharField(max_length=254)
    password = serializers.CharField(max_length=128, trim_whitespace=False)


class RefreshSerializer(serializers.Serializer[Any]):
    refresh = serializers.CharField(max_length=2000)


class OwnAccountSerializer(serializers.Serializer[Any]):
    full_name = serializers.CharField(max_length=150)


class TokensSerializer(serializers.Serializer[Any]):
    access = serializers.CharField()
    refresh = serializers.CharField()


class LoggedInSerializer(TokensSerializer):
    user = UserSerializer()


class SessionSerializer(serializers.ModelSerializer[ApiSession]):
    class Meta:
        model = ApiSession
        fields = ("id", "user", "client", "created_at", "used_at", "expires_at", "ended_at", "ended_because")
        read_only_fields = fields
