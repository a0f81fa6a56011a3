"""The people who log in to a demonstration. All of them are fictitious."""

from django.conf import settings

from accounts.models import Department, Site, User
from accounts.roles import Role

PEOPLE = {
    "admin": ("Ada Lindqvist", Role.ADMINISTRATOR),
    "reception": ("Rosa Almeida", Role.RECEPTIONIST),
    "doctor": ("Dr. Jonas Weber", Role.DOCTOR),
    "colleague": ("Dr. Anselm Richter", Role.DOCTOR),
    "nurse": ("Nuria Campos", Role.NURSE),
    "pharmacy": ("Piotr Zielinski", Role.PHARMACIST),
    "cashier": ("Carla Bianchi", Role.CASHIER),
    "manager": ("Marek Novak", Role.MANAGER),
    "api": ("Laboratory interface", Role.INTEGRATION),
}
DOMAIN = "example.org"


def plant_people() -> dict[str, User]:
    """The demo users that are missing, with DEMO_PASSWORD; each by the word before the @."""
    people: dict[str, User] = {}
    for word, (name, role) in PEOPLE.items():
        email = f"{word}@{DOMAIN}"
        found: User | None = User.objects.filter(email=email).first()
        people[word] = found or User.objects.create_user(
            email, settings.DEMO_PASSWORD, full_name=name, role=role
        )
    return people


def plant_site() -> Site:
    """The first site, with an address if it has none."""
    site: Site = (
        Site.objects.order_by("created_at").first()
        or Site(
            name=settings.APP_NAME,
            time_zone=settings.FIRST_SITE_TIME_ZONE,
            number_prefix=settings.NUMBER_PREFIX,
        ).add()
    )
    if not site.address:
        site.change(address="1 Fiction Square, 00000 Demonstration")
    return site


def is_planted() -> bool:
    return bool(User.objects.filter(email=f"reception@{DOMAIN}").exists() and Department.objects.exists())
