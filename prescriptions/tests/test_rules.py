"""The files of the rules: every name in them is known, every rule has a source and something to say."""

import csv
from itertools import pairwise
from pathlib import Path

import pytest

from prescriptions.safety import ruleset as rules_module
from prescriptions.safety.question import Severity
from prescriptions.safety.ruleset import RULES, rows_of, ruleset, source_of
from prescriptions.safety.substances import substances

WITH_ID = ("interactions.csv", "allergies.csv", "patients.csv", "doses.csv", "frequencies.csv")
# What somebody may be allergic to without saying to which member of the class.
CLASSES_OF_ALLERGENS = {"class-of-penicillins", "class-of-cephalosporins", "class-of-opioids"}
# What is no medicine of ours, and is known even so.
NO_MEDICINES = {"egg", "gelatin", "fish", "peanut-soya"}


def rows() -> list[tuple[str, dict[str, str]]]:
    return [(file, row) for file in WITH_ID for row in rows_of(file)]


def is_subject(key: str) -> bool:
    return key in substances() or key in ruleset().groups


def test_no_two_rules_have_the_same_name() -> None:
    names = [row["id"] for _file, row in rows()]
    assert len(names) == len(set(names))
    assert "same-substance" not in names


def test_every_rule_has_a_known_severity_and_a_source_with_a_year() -> None:
    for file, row in rows():
        assert Severity(row["severity"]), (file, row["id"])
        assert any(sign in source_of(row["source"]) for sign in ("19", "20")), (file, row["id"])


def test_every_rule_but_a_plain_limit_has_something_to_say() -> None:
    assert [row["id"] for file, row in rows() if file != "doses.csv" and len(row["text"]) < 12] == []


def test_every_source_is_used() -> None:
    written = [row["source"].split(":")[0] for _file, row in rows()]
    written += [row["source"].split(":")[0] for row in rows_of("reviewed.csv")] + ["house", "inker-2021"]
    assert {row["key"] for row in rows_of("sources.csv")} == set(written)


def test_every_member_of_a_group_is_a_substance_that_we_know() -> None:
    for key, members in ruleset().groups.items():
        assert members, key
        assert members <= set(substances()), (key, members - set(substances()))


def test_a_group_never_has_the_name_of_a_substance_that_is_not_its_only_member() -> None:
    for key in set(ruleset().groups) & set(substances()):
        assert ruleset().groups[key] == {key}


@pytest.mark.parametrize(
    ("file", "column"),
    [
        ("interactions.csv", "subjects"),
        ("allergies.csv", "medicine"),
        ("patients.csv", "subject"),
        ("doses.csv", "substance"),
        ("frequencies.csv", "substance"),
        ("reviewed.csv", "substances"),
    ],
)
def test_what_a_rule_speaks_of_is_known(file: str, column: str) -> None:
    named = {key for row in rows_of(file) for key in row[column].split("|")}
    assert {key for key in named if not is_subject(key)} == set()


def test_what_people_are_allergic_to_is_known() -> None:
    named = {key for row in rows_of("allergens.csv") for key in row["subjects"].split("|") if key}
    named |= {row["allergen"] for row in rows_of("allergies.csv")}
    assert {key for key in named if not is_subject(key)} <= CLASSES_OF_ALLERGENS | NO_MEDICINES


def test_two_or_three_medicines_make_an_interaction() -> None:
    assert {len(one.subjects) for one in ruleset().together} == {2, 3}


def test_a_dose_that_lets_an_interaction_pass_is_that_of_one_of_its_medicines() -> None:
    dosed = [one for one in ruleset().together if one.daily is not None]
    assert len(dosed) > 10
    assert [one.id for one in dosed if one.unless not in one.subjects] == []
    assert [one.id for one in ruleset().together if one.unless and one.daily is None] == []


def test_the_ages_of_a_dose_follow_each_other_without_overlap() -> None:
    for substance, limits in ruleset().limits.items():
        ordered = sorted(limits, key=lambda one: one.since)
        assert ordered[-1].below is None, substance
        for younger, older in pairwise(ordered):
            assert younger.below == older.since, substance


def test_a_limit_limits_something() -> None:
    for limits in ruleset().limits.values():
        for one in limits:
            amounts = (one.single, one.daily, one.single_per_kg, one.daily_per_kg)
            assert any(amount is not None for amount in amounts), one.id


def test_the_version_changes_with_every_letter_of_the_rules(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for file in RULES.glob("*.csv"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    (tmp_path / "frequencies.csv").write_bytes((RULES / "frequencies.csv").read_bytes() + b"\n")
    monkeypatch.setattr(rules_module, "RULES", tmp_path)
    ruleset.cache_clear()
    changed = ruleset().version
    monkeypatch.undo()
    ruleset.cache_clear()
    assert changed != ruleset().version
    assert changed[:10] == ruleset().version[:10]


@pytest.mark.parametrize("rule", ["maoi-sris", "dose-ibuprofen-from-12"])
def test_the_gravest_rules_must_be_there_and_contraindicate(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rule: str
) -> None:
    for file in RULES.glob("*.csv"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    with (tmp_path / "gravest.csv").open("a", encoding="utf-8") as gravest:
        gravest.write(f"{rule},Deaths\n")
    monkeypatch.setattr(rules_module, "RULES", tmp_path)
    ruleset.cache_clear()
    with pytest.raises(ValueError, match=rule):
        ruleset()
    monkeypatch.undo()
    ruleset.cache_clear()


def test_each_of_the_gravest_says_why() -> None:
    rows = list(rows_of("gravest.csv"))
    assert len(rows) == len({row["rule"] for row in rows})
    assert [row["rule"] for row in rows if not row["why"]] == []


def test_most_that_is_contraindicated_needs_no_second_signature() -> None:
    grave = [one for one in ruleset().together if one.severity is Severity.CONTRAINDICATED]
    assert sum(one.id in ruleset().gravest for one in grave) < len(grave) / 3


def test_the_files_are_read_once_in_a_process() -> None:
    assert ruleset() is ruleset()


def test_no_line_has_more_values_than_columns() -> None:
    for file in sorted(RULES.glob("*.csv")):
        with file.open(encoding="utf-8", newline="") as opened:
            lengths = {len(row) for row in csv.reader(opened)}
        assert len(lengths) == 1, file.name
