"""Adam brings whole lists in and out; what is wrong in a list is said line by line."""

import csv
import io
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import User
from audit.models import Entry
from prescriptions import lists, services
from prescriptions.models import Product, Substance
from prescriptions.safety.substances import DATA
from prescriptions.services import Imported
from prescriptions.tests.make import make_product, make_substance

pytestmark = pytest.mark.django_db

SUBSTANCES = "key,name,atc,classes,synonyms\n"
PRODUCTS = "key,name,ingredients,form,route\n"


def complaints(act: Any) -> list[str]:
    with pytest.raises(ValidationError) as refused:
        act()
    return list(refused.value.messages)


def import_substances(text: str, adam: User) -> Imported:
    return services.import_substances(text.encode(), by=adam)


# ── The rule ────────────────────────────────────────────────────────────────


def test_lines_are_added_changed_or_left_by_their_keys(adam: User) -> None:
    make_substance("ibuprofen", name="Ibuprofen", synonyms="Advil", atc="M01AE01")
    make_substance("naproxen", name="Naproxen", synonyms="Aleve", atc="M01AE02")
    text = (
        SUBSTANCES
        + "ibuprofen,Ibuprofen,M01AE01,nsaids,Advil|Nurofen\n"
        + "naproxen,Naproxen,M01AE02,,Aleve\n"
        + "ketoprofen,Ketoprofen,M01AE03,nsaids,\n"
    )

    assert import_substances(text, adam) == Imported(added=1, changed=1, same=1)

    assert Substance.objects.get(key="ibuprofen").other_names == ("Advil", "Nurofen")
    assert Substance.objects.get(key="naproxen").version == 1
    assert Substance.objects.get(key="ketoprofen").class_keys == ("nsaids",)
    assert Entry.objects.get(verb="prescriptions.keep_catalogue").details == {"added": 1, "changed": 1}


def test_the_same_list_again_changes_nothing(adam: User) -> None:
    text = (DATA / "substances.csv").read_text(encoding="utf-8")
    first = import_substances(text, adam)

    assert import_substances(text, adam) == Imported(same=first.added)


def test_brands_that_came_in_a_list_find_products_at_once(adam: User) -> None:
    product = make_product("Ibuprofen 400 mg tablet")

    import_substances(SUBSTANCES + "ibuprofen,Ibuprofen,M01AE01,nsaids,Northfieldol\n", adam)

    assert list(Product.objects.search("northf")) == [product]


def test_every_wrong_line_is_named_and_nothing_is_changed(adam: User) -> None:
    text = (
        SUBSTANCES
        + "ibuprofen,Ibuprofen,M01AE01,nsaids,\n"
        + "Bad Key,Something,,,\n"
        + "naproxen,Naproxen,M01,nsaids,\n"
        + "ketoprofen,Ketoprofen,,wonder-drugs,\n"
        + "diclofenac,,,,\n"
    )

    said = complaints(lambda: import_substances(text, adam))

    assert [one.partition(":")[0] for one in said] == ["Line 3", "Line 4", "Line 5", "Line 6"]
    assert "key" in said[0]
    assert "M01" in said[1]
    assert "wonder-drugs" in said[2]
    assert "name" in said[3]
    assert not Substance.objects.exists()


def test_columns_that_are_missing_too_many_or_twice_are_said(adam: User) -> None:
    assert "columns" in complaints(lambda: import_substances("key,name\na,b\n", adam))[0]
    assert "columns" in complaints(lambda: import_substances("", adam))[0]
    extra = complaints(lambda: import_substances(SUBSTANCES.replace("\n", ",price\n"), adam))
    assert "columns" in extra[0]
    said = complaints(lambda: import_substances(SUBSTANCES + "ibuprofen,Ibuprofen\n", adam))
    assert said == ["Line 2: 2 columns where 5 are expected."]


def test_a_key_that_stands_twice_is_said(adam: User) -> None:
    line = "ibuprofen,Ibuprofen,,,\n"
    said = complaints(lambda: import_substances(SUBSTANCES + line + line, adam))
    assert said == ["Line 3: The key ibuprofen stands here twice."]


def test_of_very_many_complaints_the_first_are_said_and_how_many_more(adam: User) -> None:
    text = SUBSTANCES + "".join(f"BAD {number},Name,,,\n" for number in range(80))
    said = complaints(lambda: import_substances(text, adam))
    assert len(said) == 51
    assert said[-1] == "… and 30 more."


def test_a_file_that_is_no_text_or_too_large_is_refused(adam: User) -> None:
    assert "UTF-8" in complaints(lambda: services.import_substances(b"\xff\xfe\x00", by=adam))[0]
    large = SUBSTANCES.encode() + b"x" * lists.LARGEST_FILE
    assert "too large" in complaints(lambda: services.import_substances(large, by=adam))[0]


def test_products_need_substances_that_are_there(adam: User) -> None:
    make_substance("ibuprofen")
    text = (
        PRODUCTS
        + "ibu-400,Ibuprofen 400 mg,ibuprofen:400 mg,tablet,oral\n"
        + "moon-1,Moonshine 1 mg,moonshine:1 mg,tablet,oral\n"
        + "ibu-x,Ibuprofen,ibuprofen:lots,tablet,oral\n"
        + "ibu-y,Ibuprofen,ibuprofen:400 mg,tablet,by post\n"
    )

    said = complaints(lambda: services.import_products(text.encode(), by=adam))

    assert [one.partition(":")[0] for one in said] == ["Line 3", "Line 4", "Line 5"]
    assert not Product.objects.exists()
    assert services.import_products("\n".join(text.splitlines()[:2]).encode(), by=adam).added == 1


def test_what_is_written_is_read_back_the_same(adam: User) -> None:
    product = make_product("Amoxicillin/clavulanic acid 875 mg/125 mg tablet", synonyms="Augmentin")
    services.edit_product(product, is_active=False, by=adam)

    text = lists.write(Product, Product.objects.all())

    assert services.import_products(text.encode(), by=adam) == Imported(same=1)
    assert services.import_products(text.replace(",no", ",yes").encode(), by=adam).changed == 1
    assert Product.objects.get().is_active


def test_no_value_of_an_export_is_a_formula_and_all_come_back(adam: User) -> None:
    make_substance("nothing", name="=HYPERLINK(0)", synonyms="+1|@x")

    text = lists.write(Substance, Substance.objects.all())

    (row,) = csv.DictReader(io.StringIO(text))
    assert row["name"] == "'=HYPERLINK(0)"
    assert row["synonyms"] == "'+1|@x"
    assert import_substances(text, adam) == Imported(same=1)


# ── In the administrators' window ───────────────────────────────────────────


def upload(text: str) -> dict[str, SimpleUploadedFile]:
    return {"file": SimpleUploadedFile("list.csv", text.encode(), content_type="text/csv")}


def test_adam_imports_a_list_and_is_told_what_became_of_it(adam: User, client: Client) -> None:
    client.force_login(adam)
    address = reverse("admin:prescriptions_substance_import")
    assert "key, name, atc, classes, synonyms" in client.get(address).content.decode()

    text = SUBSTANCES + "ibuprofen,Ibuprofen,M01AE01,nsaids,\n"
    page = client.post(address, upload(text), follow=True)

    assert "1 added, 0 changed, 0 as they were." in page.content.decode()
    assert Substance.objects.get().name == "Ibuprofen"


def test_adam_sees_which_lines_are_wrong(adam: User, client: Client) -> None:
    client.force_login(adam)

    text = SUBSTANCES + "ibuprofen,Ibuprofen,M01,nsaids,\n<b>,Bold,,,\n"
    page = client.post(reverse("admin:prescriptions_substance_import"), upload(text))

    assert page.status_code == 422
    assert "Line 2" in page.content.decode()
    assert "Line 3" in page.content.decode()
    assert not Substance.objects.exists()
    assert client.post(reverse("admin:prescriptions_substance_import"), {}).status_code == 422


def test_adam_exports_what_he_can_import_again(adam: User, client: Client) -> None:
    make_product("Ibuprofen 400 mg tablet")
    client.force_login(adam)

    answer = client.get(reverse("admin:prescriptions_product_export"))

    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert "attachment" in answer["Content-Disposition"]
    assert services.import_products(answer.content, by=adam) == Imported(same=1)


@pytest.mark.parametrize("act", ["import", "export"])
def test_nobody_else_comes_near_the_lists(act: str, pia: User, dora: User, client: Client) -> None:
    for noun in ("substance", "product"):
        address = reverse(f"admin:prescriptions_{noun}_{act}")
        for person in (pia, dora):
            client.force_login(person)
            assert client.get(address).status_code in {302, 403}
            assert client.post(address, upload(SUBSTANCES)).status_code in {302, 403}
