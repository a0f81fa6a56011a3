"""manage.py verify_ledger: does the ledger explain every amount?"""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from billing.models import Account
from billing.proving import Unexplained, prove


class Command(BaseCommand):
    help = "Rebuild every balance from the ledger; say what stands on each account, or name the first row that is wrong."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            proof = prove()
        except Unexplained as found:
            raise CommandError(str(found)) from found
        self.stdout.write(
            f"{proof.entries:,} rows explain {proof.invoices:,} invoices and {proof.papers:,} "
            "receipts and credit notes, to the last minor unit."
        )
        for account in Account:
            self.stdout.write(f"{account.label:<24} {settings.CURRENCY} {proof.balances[account]:>16,}")
