"""A new installation starts with the medicines that come with the program."""

from io import StringIO

import pytest
from django.core.management import call_command

from accounts.models import User
from audit.models import Entry
from prescriptions import services
from prescriptions.models import Product, Substance
from prescriptions.safety.substances import products, substances

pytestmark = pytest.mark.django_db


def load() -> str:
    said = StringIO()
    call_command("load_catalogue", stdout=said)
    return said.getvalue()


def test_all_of_them_are_there_and_found_by_their_brands() -> None:
    said = load()

    assert Substance.objects.count() == len(substances())
    assert Product.objects.count() == len(products())
    assert f"{len(substances())} substances" in said
    assert "Paracetamol 500 mg tablet" in [one.name for one in Product.objects.ranked("tylenol 500", 10)]
    found = Product.objects.ranked("augmentin 875", 10)
    assert [one.name for one in found] == ["Amoxicillin/clavulanic acid 875 mg/125 mg tablet"]
    assert Entry.objects.get(verb="prescriptions.keep_catalogue").actor_id is None


def test_again_it_does_nothing_and_leaves_alone_what_somebody_has_changed(adam: User) -> None:
    load()
    product = Product.objects.get(key="ibuprofen-400-mg-tablet")
    services.edit_product(product, name="Ibuprofen of the house", by=adam)
    Product.objects.get(key="ibuprofen-600-mg-tablet").delete()

    assert "0 substances and 1 products" in load()
    assert load() == ""

    assert Product.objects.get(key="ibuprofen-400-mg-tablet").name == "Ibuprofen of the house"
