"""What the tags and filters of the templates make of their values."""

import re
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from django import forms
from django.template import Context, Template
from time_machine import travel

from hospital.templatetags import look


def written(source: str, **context: object) -> str:
    return Template("{% load look %}" + source).render(Context(context))


class Visit(forms.Form):
    reason = forms.CharField(help_text="The doctor sees this.")
    kind = forms.ChoiceField(choices=[("first", "First visit")])
    on = forms.DateField()
    at = forms.TimeField()
    remind = forms.BooleanField(required=False)


class TestNonce:
    def value(self, form: Visit | None) -> str:
        found = re.search(r'value="(\w+)"', written("{% nonce form %}", form=form))
        assert found
        return found[1]

    def test_each_form_gets_its_own(self) -> None:
        assert self.value(None) != self.value(None)
        assert self.value(Visit()) != self.value(Visit())

    def test_a_form_that_comes_back_keeps_it(self) -> None:
        assert self.value(Visit({"nonce": "0" * 32})) == "0" * 32

    def test_what_is_no_nonce_is_not_kept(self) -> None:
        assert re.fullmatch("[0-9a-f]{32}", self.value(Visit({"nonce": '"><b>'})))


class TestControls:
    def test_each_widget_gets_its_class(self) -> None:
        form = Visit()
        assert 'class="form-control"' in look.as_control(form["reason"])
        assert 'class="form-select"' in look.as_control(form["kind"])
        assert 'class="form-check-input"' in look.as_control(form["remind"])

    def test_dates_and_times_are_the_browsers_own(self) -> None:
        form = Visit(initial={"on": date(2026, 4, 14), "at": datetime(2026, 4, 14, 9, 5, tzinfo=UTC).time()})
        assert 'type="date"' in look.as_control(form["on"])
        assert 'value="2026-04-14"' in look.as_control(form["on"])
        assert 'type="time"' in look.as_control(form["at"])
        assert 'value="09:05"' in look.as_control(form["at"])

    def test_a_wrong_field_names_its_help_and_its_error(self) -> None:
        field = Visit({})["reason"]
        shown = look.as_control(field)
        assert 'aria-invalid="true"' in shown
        assert 'aria-describedby="id_reason_helptext id_reason_error"' in shown
        part = written('{% include "components/field.html" %}', field=field)
        assert 'id="id_reason_helptext"' in part
        assert 'id="id_reason_error"' in part

    def test_a_placeholder_does_not_repeat_the_label(self) -> None:
        form = Visit()
        form.fields["reason"].widget.attrs["placeholder"] = "Reason"
        assert "placeholder" not in look.as_control(form["reason"])
        form.fields["reason"].widget.attrs["placeholder"] = "Cough since Monday"
        assert "placeholder" in look.as_control(form["reason"])

    def test_what_was_typed_comes_back(self) -> None:
        assert 'value="14.4."' in look.as_control(Visit({"on": "14.4."})["on"])


class TestTimes:
    moment = datetime(2026, 4, 14, 7, 5, tzinfo=UTC)

    def test_a_moment_is_shown_in_the_zone_of_its_site(self) -> None:
        for zone in ("Asia/Kolkata", ZoneInfo("Asia/Kolkata")):
            assert written("{{ at|in_zone:zone|clock_time }}", at=self.moment, zone=zone) == "12:35"
            assert written('{{ at|in_zone:zone|date:"H:i" }}', at=self.moment, zone=zone) == "12:35"

    def test_the_day_is_that_of_the_zone(self) -> None:
        late = datetime(2026, 4, 14, 23, 30, tzinfo=UTC)
        assert written('{{ at|in_zone:"Europe/Berlin"|full_day }}', at=late) == "Wednesday 15 April 2026"

    def test_formats(self) -> None:
        assert look.day_and_time(self.moment) == "14 Apr 2026, 07:05"
        assert look.iso_time(self.moment) == "2026-04-14T07:05+00:00"
        assert written("{{ on|day_name }}, {{ on|short_day }}, {{ on|iso_date }}", on=date(2026, 4, 14)) == (
            "Tuesday, Tue 14 Apr, 2026-04-14"
        )

    def test_nothing_is_written_as_nothing(self) -> None:
        assert (
            written('{{ a|clock_time }}{{ a|plain_date }}{{ a|in_zone:"UTC" }}{{ a|iso_time }}', a=None) == ""
        )


@pytest.mark.parametrize(
    ("born_on", "words"),
    [
        (date(1959, 4, 14), "67 y"),
        (date(1959, 4, 15), "66 y"),
        (date(2024, 4, 15), "23 months"),
        (date(2026, 2, 10), "9 weeks"),
        (date(2026, 4, 13), "1 day"),
        (date(2026, 4, 14), "0 days"),
    ],
)
def test_age(born_on: date, words: str) -> None:
    assert look.age(born_on, date(2026, 4, 14)) == words


def test_an_estimated_age_says_so() -> None:
    assert look.age(date(1959, 1, 1), date(2026, 4, 14), estimated=True) == "about 67 y"


def test_today_is_the_day_of_the_installation() -> None:
    with travel(datetime(2026, 4, 13, 22, 30, tzinfo=UTC), tick=False):  # in Berlin it is the 14th
        assert look.age_on_today(date(1959, 4, 14)) == "67 y"


@pytest.mark.parametrize(
    ("amount", "currency", "words"),
    [
        (124050, "EUR", "EUR 1,240.50"),
        (5, "EUR", "EUR 0.05"),
        (-4000, "EUR", "EUR −40.00"),
        (1240, "JPY", "JPY 1,240"),
        (1240, "KWD", "KWD 1.240"),
        (None, "EUR", ""),
    ],
)
def test_money(amount: int | None, currency: str, words: str) -> None:
    assert look.money_minor(amount, currency) == words.replace(" ", "\N{NO-BREAK SPACE}")


@pytest.mark.parametrize(
    ("verb", "words"),
    [
        ("appointments.book_appointment", "Booked appointment"),
        ("appointments.cancel_appointment", "Cancelled appointment"),
        ("appointments.check_in_appointment", "Checked in appointment"),
        ("appointments.mark_no_show", "Marked as no-show"),
        ("patients.edit_patient", "Changed patient"),
        ("patients.view_patient", "Opened patient"),
        ("accounts.sign_in", "Logged in"),
        ("something.tidy_shelf", "Tidied shelf"),
    ],
)
def test_a_verb_in_words(verb: str, words: str) -> None:
    assert look.verb_label(verb) == words


def test_each_status_has_its_class() -> None:
    assert {look.status_class(status) for status in look.STATUSES} == {
        *("is-booked", "is-confirmed", "is-arrived", "is-consult", "is-done", "is-noshow", "is-cancelled")
    }
    assert look.status_class("unheard of") == "is-neutral"


def test_a_drawing_is_for_eyes_only() -> None:
    assert 'aria-hidden="true"' in look.icon("door")
    assert "<circle" in look.icon("no such drawing")


def test_initials_leave_titles_out() -> None:
    assert [look.initials(name) for name in ("Dr Akua Osei", "Nadia", "")] == ["AO", "N", ""]


class TestDrawn:
    """Parts that are drawn once for their values, and see nothing else."""

    KEYS = '{% drawn "components/nav_keys.html" "nav" "may_search_patients" %}'

    def test_other_values_give_another_part(self) -> None:
        assert "Find a patient" in written(self.KEYS, nav=(), may_search_patients=True)
        assert "Find a patient" not in written(self.KEYS, nav=(), may_search_patients=False)

    def test_what_was_drawn_is_not_drawn_again(self, monkeypatch: pytest.MonkeyPatch) -> None:
        written(self.KEYS, nav=(), may_search_patients="once")
        monkeypatch.setattr(look, "render_to_string", None)

        assert "Find a patient" in written(self.KEYS, nav=(), may_search_patients="once")

    def test_nothing_else_of_the_page_reaches_it(self) -> None:
        part = '{% drawn "components/sidebar.html" "nav" %}'
        assert "Secret" not in written(part, nav=(), app_name="Secret")
        assert "Known" in written(part.replace('"nav"', '"nav" "app_name"'), nav=(), app_name="Known")


def test_a_long_unit_may_be_broken_after_a_stroke_and_is_text() -> None:
    units = [look.breakable(unit) for unit in ("mL/min/1.73 m²", "mmol/L", "<script>/x")]
    assert look.breakable("rosa@example.org") == "rosa@<wbr>example.org"
    assert units == ["mL/<wbr>min/<wbr>1.73 m²", "mmol/L", "&lt;script&gt;/<wbr>x"]
