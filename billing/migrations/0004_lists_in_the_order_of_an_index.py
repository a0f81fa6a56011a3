from typing import Any

from django.conf import settings
from django.db import migrations, models
from django.db.models import F


def say_what_is_open(apps: Any, _schema_editor: Any) -> None:
    owing = apps.get_model("billing", "Invoice").objects.filter(status__in=["issued", "partly_paid"])
    owing.update(open_due_on=F("due_on"))


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_quiet_hours_and_reminders"),
        ("billing", "0003_tills"),
        ("patients", "0003_medicines_on_the_first_page"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="invoice",
            name="invoice_total",
        ),
        migrations.AddField(
            model_name="invoice",
            name="open_due_on",
            field=models.DateField(
                editable=False,
                help_text="When it is due, while something is owed; kept for the index",
                null=True,
            ),
        ),
        migrations.RunPython(say_what_is_open, migrations.RunPython.noop),
        migrations.RemoveIndex(
            model_name="invoice",
            name="invoice_due",
        ),
        migrations.AddIndex(
            model_name="invoice",
            index=models.Index(fields=["status", "created_at", "id"], name="invoice_status"),
        ),
        migrations.AddIndex(
            model_name="invoice",
            index=models.Index(fields=["department", "created_at", "id"], name="invoice_department"),
        ),
        migrations.AddIndex(
            model_name="invoice",
            index=models.Index(fields=["issued_on", "id"], name="invoice_issued"),
        ),
        migrations.AddIndex(
            model_name="invoice",
            index=models.Index(fields=["total_amount", "created_at", "id"], name="invoice_amount"),
        ),
        migrations.AddIndex(
            model_name="invoice",
            index=models.Index(
                fields=["open_due_on", "id", "patient", "patient_due_amount", "insurer_due_amount"],
                name="invoice_open",
            ),
        ),
    ]
