"""What everything is measured against: a Django view with no middleware and no log-in, one indexed query, JSON.

Served by the same server with the same settings, from the same database.
"""

import os
from typing import Any, ClassVar

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.bare_settings")

import django
from django.core.wsgi import get_wsgi_application
from django.db import models
from django.http import HttpRequest, JsonResponse
from django.urls import path

django.setup()


class Patient(models.Model):
    """The product's table, seen from outside."""

    id = models.CharField(primary_key=True, db_column="_id", max_length=32)
    mrn = models.CharField(max_length=20)
    given_name = models.CharField(max_length=100)
    family_name = models.CharField(max_length=100)
    objects: ClassVar[Any] = models.Manager()

    class Meta:
        app_label = "bare"
        db_table = "patients_patient"
        managed = False


def view(request: HttpRequest) -> JsonResponse:
    found: Any = Patient.objects.get(mrn=request.GET["mrn"])
    return JsonResponse({"id": found.pk, "mrn": found.mrn, "name": f"{found.given_name} {found.family_name}"})


urlpatterns = [path("", view)]
application = get_wsgi_application()
