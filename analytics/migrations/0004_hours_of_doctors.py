from django.db import migrations, models

import hospital.models


def have_all_days_counted_again(apps, schema_editor):
    """The worker does, the latest first; until then the hours of a doctor alone are not known."""
    Counted, Touched = apps.get_model("analytics", "Counted"), apps.get_model("analytics", "Touched")
    days = Counted.objects.filter(topic="visits").values_list("site_id", "day")
    Touched.objects.bulk_create(
        [Touched(id=hospital.models.uuid7(), topic="visits", site_id=site, day=day) for site, day in days]
    )


class Migration(migrations.Migration):
    dependencies = [
        ("analytics", "0003_who_sees_figures"),
    ]

    operations = [
        migrations.AddField(
            model_name="visithour",
            name="doctor_id",
            field=models.UUIDField(null=True),
        ),
        migrations.AddIndex(
            model_name="visithour",
            index=models.Index(fields=["doctor_id", "day"], name="visithour_doctor"),
        ),
        migrations.RunPython(have_all_days_counted_again, migrations.RunPython.noop),
    ]
