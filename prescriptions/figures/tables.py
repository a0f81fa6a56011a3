"""The figures as tables: what stands on the page is what stands in the file."""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from prescriptions.figures.asked import Seeing
from prescriptions.figures.prescribed import Ranking, Work
from prescriptions.figures.report import Figures
from prescriptions.figures.warned import Outcomes, Rule
from prescriptions.lists import guarded
from prescriptions.models import Warned
from prescriptions.safety.question import Severity

NOT_SAID = "–"
SEVERITIES = {Severity.CONTRAINDICATED: "danger", Severity.SERIOUS: "warn", Severity.CAUTION: "info"}


@dataclass(frozen=True, slots=True)
class Column:
    """`kind`: words, tone (a severity), number, percent. A column that is not `kept` gives way on a small screen."""

    label: str
    kind: str = "number"
    is_kept: bool = True

    @property
    def is_number(self) -> bool:
        return self.kind in {"number", "percent"}

    def text(self, value: Any) -> str:
        if value is None:
            return NOT_SAID
        if self.kind == "percent":
            return f"{value:.1f} %"
        return str(value)

    def plain(self, value: Any) -> str:
        """As a spreadsheet reads it: the percent sign stands in the head."""
        return f"{value:.1f}" if self.kind == "percent" and value is not None else self.text(value)


@dataclass(frozen=True, slots=True)
class Table:
    """`says` is the definition. `bar` is the column that is drawn, None: nothing is. `leads_to` narrows the page."""

    key: str
    title: str
    says: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Any, ...], ...]
    bar: int | None = None
    note: str = ""
    leads_to: str = ""
    ids: tuple[str, ...] = ()
    details: tuple[str, ...] = ()


def _number(label: str, *, is_kept: bool = True) -> Column:
    return Column(label, "number", is_kept)


def _percent(label: str, *, is_kept: bool = True) -> Column:
    return Column(label, "percent", is_kept)


def tables_of(figures: Figures, seeing: Seeing) -> dict[str, Table]:
    """All that this person may see, by their keys, in the order of the page."""
    made = [
        _ranked(
            "substances",
            _("Most prescribed substances"),
            _(
                "Medicines (lines) that were signed, by their active substances. A combination counts once for each "
                "of its substances, so that the shares come to more than 100 percent."
            ),
            figures.substances,
        ),
        _ranked(
            "subgroups",
            _("By class (ATC, third level)"),
            _(
                "Of each substance one ATC code: that of the place for which the product is, else of systemic use. "
                "After the code stand the most prescribed substances of it."
            ),
            figures.subgroups,
        ),
        _ranked(
            "main-groups",
            _("By main group (ATC, first level)"),
            _(
                "Of each substance one ATC code: that of the place for which the product is, else of systemic use."
            ),
            figures.main_groups,
        ),
        _ranked(
            "classes",
            _("By class of our own list"),
            _("The classes of the catalogue. A substance is in several of them or in none."),
            figures.classes,
        ),
        _worked("departments", _("By department"), figures.departments, figures.asked.least),
        _worked("doctors", _("By doctor"), figures.doctors, figures.asked.least),
        _rules(figures),
        _answers(figures),
        weeks(figures),
    ]
    return {one.key: one for one in made if seeing.has_names or one.key != "departments"}


def _ranked(key: str, title: str, says: str, ranking: Ranking) -> Table:
    columns = (
        Column(_("Name"), "words"),
        _number(_("Lines")),
        _percent(_("Share")),
        _number(_("Period before"), is_kept=False),
    )
    rows = tuple((one.name, one.lines, one.share, one.before) for one in ranking.rows)
    hidden = ngettext(
        "%(n)d more is not named: fewer than five patients had it.",
        "%(n)d more are not named: fewer than five patients had each of them.",
        ranking.hidden,
    )
    return Table(
        key, title, says, columns, rows, bar=1, note=hidden % {"n": ranking.hidden} if ranking.hidden else ""
    )


def _worked(key: str, title: str, work: tuple[Work, ...], least: int) -> Table:
    says = _(
        "Prescriptions and medicines (lines) that were signed, and for how many different patients. Antibiotics: "
        "lines with a substance of ATC J01, without those for eye, ear, nose, mouth, skin or vagina."
    )
    columns = (
        Column(_("Name"), "words"),
        _number(_("Prescriptions"), is_kept=False),
        _number(_("Lines")),
        _number(_("Patients")),
        _percent(_("Antibiotics")),
    )
    few = _("fewer than %(n)d") % {"n": least}
    rows = tuple(
        (
            one.name,
            one.prescriptions,
            one.lines,
            few if one.patients is None else one.patients,
            one.antibiotics_share,
        )
        for one in work
    )
    note = _("– is not told: it would say too much about few patients.")
    return Table(
        key,
        title,
        says,
        columns,
        rows,
        bar=2,
        note=note if any(one.antibiotics is None for one in work) else "",
        leads_to=key.removesuffix("s"),
        ids=tuple(str(one.key) for one in work),
    )


def _outcome_columns() -> tuple[Column, ...]:
    return (
        _number(_("Shown")),
        _number(_("Heeded"), is_kept=False),
        _number(_("Signed with"), is_kept=False),
        _number(_("Overridden"), is_kept=False),
        _percent(_("Override rate")),
        _percent(_("Ignored")),
    )


def _outcome_values(one: Outcomes) -> tuple[Any, ...]:
    return (one.shown, one.heeded, one.kept, one.overridden, one.override_rate, one.ignored_rate)


def _what_became() -> str:
    return _(
        "Warnings that stood over a draft, counted on the day on which it was signed. Heeded: gone by then, because "
        "something was changed. Signed with: it stood and needed no reason. Overridden: signed with a reason. "
        "Override rate: overridden of all shown. Ignored: signed with or overridden, of all shown."
    )


def _rules(figures: Figures) -> Table:
    columns = (
        Column(_("Rule"), "words"),
        Column(_("Severity"), "tone", is_kept=False),
        *_outcome_columns(),
        _percent(_("Ignored before"), is_kept=False),
        Column(_("Reasons"), "words", is_kept=False),
    )
    rows = tuple(
        (one.key, one.severity, *_outcome_values(one.outcomes), one.before.ignored_rate, _reasons(one))
        for one in figures.rules.rows
    )
    hidden = ngettext(
        "%(n)d more rule is not named: it spoke on fewer than five prescriptions.",
        "%(n)d more rules are not named: each spoke on fewer than five prescriptions.",
        figures.rules.hidden,
    )
    says = _("The most ignored first; rules that spoke fewer than five times stand after the others.")
    return Table(
        "rules",
        _("Which rules are ignored"),
        f"{_what_became()} {says}",
        columns,
        rows,
        bar=7,
        note=hidden % {"n": figures.rules.hidden} if figures.rules.hidden else "",
        details=tuple(one.text for one in figures.rules.rows),
    )


def _reasons(rule: Rule) -> str:
    labels: dict[str, Any] = dict(Warned.Because.choices)
    return "; ".join(f"{labels.get(key, key)} {number}" for key, number in rule.because)


def _answers(figures: Figures) -> Table:
    columns = (Column(_("Name"), "words"), *_outcome_columns())
    return Table(
        "answers",
        _("Warnings by doctor"),
        _what_became(),
        columns,
        tuple((one.name, *_outcome_values(one.outcomes)) for one in figures.answers),
        bar=5,
        leads_to="doctor",
        ids=tuple(str(one.key) for one in figures.answers),
    )


def weeks(figures: Figures) -> Table:
    columns = (
        Column(_("Week from"), "words"),
        _number(_("Lines")),
        _percent(_("Antibiotics")),
        _number(_("Warnings"), is_kept=False),
        _percent(_("Override rate")),
    )
    rows = tuple(
        (date_format(one.begins_on, "Y-m-d"), one.lines, one.antibiotics_share, one.shown, one.override_rate)
        for one in figures.weeks
    )
    says = _("From Monday to Sunday; the first and the last week may be parts of a week.")
    return Table("weeks", _("Week by week"), says, columns, rows)


def as_file(table: Table) -> str:
    """The table for a spreadsheet. No value begins as a formula would."""
    file = io.StringIO(newline="")
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(_heads(table.columns))
    for row in table.rows:
        writer.writerow([guarded(column.plain(one)) for column, one in zip(table.columns, row, strict=True)])
    return file.getvalue()


def _heads(columns: Iterable[Column]) -> list[str]:
    return [f"{one.label} (%)" if one.kind == "percent" else one.label for one in columns]
