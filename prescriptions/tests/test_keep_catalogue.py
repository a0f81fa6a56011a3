"""Adam keeps the catalogue of medicines; others may read it, or not even that."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse

from accounts.models import User
from audit.models import Entry
from hospital.errors import Stale
from prescriptions import services
from prescriptions.models import Product, Substance
from prescriptions.tests.make import make_product, make_substance

pytestmark = pytest.mark.django_db

KEEP = "prescriptions.keep_catalogue"
AUGMENTIN = {
    "key": "amoxicillin-clavulanic-acid-875-125",
    "name": "Amoxicillin/clavulanic acid 875/125 tablet",
    "ingredients": "amoxicillin:875 mg|clavulanic-acid:125 mg",
    "form": "tablet",
    "route": "oral",
}


@pytest.fixture
def antibiotics() -> None:
    make_substance("amoxicillin")
    make_substance("clavulanic-acid")


# ── The rule ────────────────────────────────────────────────────────────────


def test_a_product_knows_what_is_in_it(antibiotics: None, adam: User) -> None:
    product = services.add_product(**AUGMENTIN, by=adam)

    assert product.substance_keys == ("amoxicillin", "clavulanic-acid")
    assert [str(part.strength) for part in product.parts] == ["875 mg", "125 mg"]
    assert Entry.objects.get(verb=KEEP).subject_id == product.pk


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"key": "Amoxi Clav"}, "key"),
        ({"key": "amoxi--clav"}, "key"),
        ({"name": "  "}, "name"),
        ({"name": "Amox\u202eicillin"}, "name"),
        ({"ingredients": "amoxicillin 875 mg"}, "ingredients"),
        ({"ingredients": "amoxicillin:much"}, "ingredients"),
        ({"ingredients": "amoxicillin:875 mg|amoxicillin:125 mg"}, "ingredients"),
        ({"ingredients": "amoxicillin:875 mg|moonshine:1 mg"}, "ingredients"),
        ({"ingredients": ""}, "ingredients"),
        ({"route": "by post"}, "route"),
        ({"form": ""}, "form"),
    ],
)
def test_what_is_wrong_with_a_product_is_said_by_field(
    changes: dict[str, str], field: str, antibiotics: None, adam: User
) -> None:
    with pytest.raises(ValidationError) as refused:
        services.add_product(**AUGMENTIN | changes, by=adam)

    assert field in refused.value.message_dict
    assert not Product.objects.exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"atc": "J01CA"}, "atc"),
        ({"atc": "J01CA04|nonsense"}, "atc"),
        ({"classes": "penicillins|wonder-drugs"}, "classes"),
    ],
)
def test_codes_and_classes_of_a_substance_are_checked(
    changes: dict[str, str], field: str, adam: User
) -> None:
    with pytest.raises(ValidationError) as refused:
        services.add_substance(key="newcillin", name="Newcillin", **changes, by=adam)

    assert field in refused.value.message_dict


def test_a_key_is_given_once(adam: User) -> None:
    make_substance("ibuprofen")

    with pytest.raises(ValidationError, match="already"):
        services.add_substance(key="ibuprofen", name="Ibuprofen", by=adam)


def test_a_new_brand_of_a_substance_finds_its_products_at_once(adam: User) -> None:
    product = make_product("Ibuprofen 400 mg tablet")
    substance = Substance.objects.get(key="ibuprofen")

    services.edit_substance(substance, synonyms="Brufen|Northfieldol", seen_version=1, by=adam)

    assert list(Product.objects.search("northf")) == [product]
    assert list(Product.objects.search("advil")) == []
    assert list(Substance.objects.search("northf")) == [substance]


def test_a_new_name_of_a_product_is_found_and_sorted(adam: User) -> None:
    product = make_product("Ibuprofen 400 mg tablet")

    services.edit_product(product, name="Ibuprofen 400 mg coated", seen_version=1, by=adam)

    kept = Product.objects.get(pk=product.pk)
    assert kept.name_key == "ibuprofen 000400 mg coated"
    assert list(Product.objects.search("coated")) == [kept]


def test_a_product_is_withdrawn_and_stays(adam: User) -> None:
    product = make_product()

    services.edit_product(product, is_active=False, seen_version=1, by=adam)

    assert not Product.objects.offered().exists()
    assert Product.objects.filter(pk=product.pk).exists()


def test_the_slower_of_two_administrators_is_refused(adam: User) -> None:
    product = make_product()
    services.edit_product(product, form="film-coated tablet", seen_version=1, by=adam)

    with pytest.raises(Stale):
        services.edit_product(Product.objects.get(pk=product.pk), form="caplet", seen_version=1, by=adam)


@pytest.mark.parametrize("who", ["dora", "nora", "pia", "rita"])
def test_nobody_else_keeps_it(who: str, request: pytest.FixtureRequest) -> None:
    person = request.getfixturevalue(who)
    product = make_product()

    with pytest.raises(PermissionDenied):
        services.edit_product(product, is_active=False, by=person)
    with pytest.raises(PermissionDenied):
        services.import_products(b"", by=person)


# ── In the administrators' window ───────────────────────────────────────────


def test_adam_adds_a_product_in_the_administration(antibiotics: None, adam: User, client: Client) -> None:
    client.force_login(adam)

    answer = client.post(reverse("admin:prescriptions_product_add"), AUGMENTIN | {"is_active": "on"})

    assert answer.status_code == 302
    product = Product.objects.get()
    assert product.name == AUGMENTIN["name"]
    assert Entry.objects.filter(verb=KEEP, actor_id=adam.pk, subject_id=product.pk).count() == 1


def test_what_is_wrong_stands_on_the_form(antibiotics: None, adam: User, client: Client) -> None:
    client.force_login(adam)

    wrong = AUGMENTIN | {"ingredients": "moonshine:1 mg", "is_active": "on"}
    page = client.post(reverse("admin:prescriptions_product_add"), wrong)

    assert page.status_code == 200
    assert "There is no such substance: moonshine" in page.content.decode()
    assert not Product.objects.exists()


def test_adam_corrects_a_product_and_its_key_stays(adam: User, client: Client) -> None:
    product = make_product()
    client.force_login(adam)

    client.post(
        reverse("admin:prescriptions_product_change", args=[product.pk]),
        {
            "key": "another-key",
            "name": product.name,
            "ingredients": product.ingredients,
            "form": "caplet",
            "route": "oral",
            "is_active": "on",
            "seen_version": 1,
        },
    )

    kept = Product.objects.get(pk=product.pk)
    assert (kept.form, kept.key, kept.version) == ("caplet", product.key, 2)


def test_the_list_of_the_administration_is_searched_by_brand(adam: User, client: Client) -> None:
    make_product("Ibuprofen 400 mg tablet")
    make_product("Paracetamol 500 mg tablet")
    client.force_login(adam)

    page = client.get(reverse("admin:prescriptions_product_changelist"), {"q": "advil"})

    assert [one.name for one in page.context["cl"].result_list] == ["Ibuprofen 400 mg tablet"]
