"""manage.py load_catalogue: the medicines that come with the program."""

from typing import Any

from django.core.management.base import BaseCommand

import audit.services
from hospital import db
from prescriptions.services import KEEP, load_starter_set


class Command(BaseCommand):
    help = "Add the medicines that come with the program and are missing. Changes nothing that is there."

    def handle(self, *args: Any, **options: Any) -> None:
        with db.atomic():
            substances, products = load_starter_set()
            if substances.added or products.added:
                details = {"substances": substances.added, "products": products.added}
                audit.services.record(KEEP, actor_id=None, details=details)
        if substances.added or products.added:
            self.stdout.write(f"    {substances.added} substances and {products.added} products added")
