from django.apps import AppConfig


class HospitalConfig(AppConfig):
    name = "hospital"

    def ready(self) -> None:
        from hospital import celery, checks  # noqa: F401, PLC0415 registers the checks, makes the app current
