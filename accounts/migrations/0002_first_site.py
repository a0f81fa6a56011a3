from django.conf import settings
from django.db import migrations


def open_first_site(apps, schema_editor):
    """A new installation has one site. An administrator corrects its name and address."""
    site = apps.get_model("accounts", "Site")
    if not site.objects.exists():
        site.objects.create(
            name=settings.APP_NAME,
            time_zone=settings.FIRST_SITE_TIME_ZONE,
            number_prefix=settings.NUMBER_PREFIX,
        )


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]
    operations = [migrations.RunPython(open_first_site, migrations.RunPython.noop)]
