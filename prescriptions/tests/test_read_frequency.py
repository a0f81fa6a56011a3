"""What doctors write of how often a medicine is taken, and what is understood of it."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prescriptions.dosage import Frequency, read_frequency
from prescriptions.dosage.frequency import LONGEST_TEXT

# written | code | times a day | words
UNDERSTOOD = """
1-0-1|1-0-1|2|in the morning and in the evening
1-1-1|1-1-1|3|in the morning, at midday and in the evening
1-1-1-1|1-1-1-1|4|in the morning, at midday, in the evening and at bedtime
0-0-1|0-0-1|1|in the evening
0-0-0-1|0-0-0-1|1|at bedtime
1-0-0-1|1-0-0-1|2|in the morning and at bedtime
½-0-½|0.5-0-0.5|2|in the morning and in the evening
1½-0-0|1.5-0-0|1|in the morning
1 ½-0-0|1.5-0-0|1|in the morning
1/2-0-1/2|0.5-0-0.5|2|in the morning and in the evening
0,5-0-0.5|0.5-0-0.5|2|in the morning and in the evening
¼-0-0|0.25-0-0|1|in the morning
2-0-1|2-0-1|2|in the morning and in the evening
1 - 0 - 1|1-0-1|2|in the morning and in the evening
1–0–1|1-0-1|2|in the morning and in the evening
1+0+1|1-0-1|2|in the morning and in the evening
12-8-10|12-8-10|3|in the morning, at midday and in the evening
1-0-1 prn|1-0-1 prn|2|in the morning and in the evening
od|od|1|once a day
O.D.|od|1|once a day
qd|od|1|once a day
daily|od|1|once a day
once daily|od|1|once a day
1x daily|od|1|once a day
every day|od|1|once a day
bd|bd|2|twice a day
b.d.|bd|2|twice a day
BID|bd|2|twice a day
b.i.d.|bd|2|twice a day
twice a day|bd|2|twice a day
2x/day|bd|2|twice a day
tds|tds|3|3 times a day
tid|tds|3|3 times a day
3x daily|tds|3|3 times a day
3 × daily|tds|3|3 times a day
3x|tds|3|3 times a day
three times a day|tds|3|3 times a day
thrice daily|tds|3|3 times a day
3 times per day|tds|3|3 times a day
qds|qds|4|4 times a day
qid|qds|4|4 times a day
four times daily|qds|4|4 times a day
5x|5x daily|5|5 times a day
five times a day|5x daily|5|5 times a day
om|om|1|in the morning
mane|om|1|in the morning
every morning|om|1|in the morning
od mane|om|1|in the morning
on|on|1|at night
nocte|on|1|at night
at bedtime|on|1|at night
once daily at night|on|1|at night
at midday|midday|1|at midday
every evening|evening|1|in the evening
morning and evening|1-0-1|2|in the morning and in the evening
q8h|q8h|3|every 8 hours
Q 8 H|q8h|3|every 8 hours
every 8 hours|q8h|3|every 8 hours
8-hourly|q8h|3|every 8 hours
8 hourly|q8h|3|every 8 hours
hourly|q1h|24|every hour
q24h|q24h|1|every 24 hours
every 72 hours|q72h|0.333333|every 72 hours
q5h|q5h|4.8|every 5 hours
q6-8h|q6-8h|4|every 6 to 8 hours
every 6 to 8 hours|q6-8h|4|every 6 to 8 hours
4-6 hourly|q4-6h|6|every 4 to 6 hours
every other day|qod|0.5|every other day
alternate days|qod|0.5|every other day
on alternate days|qod|0.5|every other day
qod|qod|0.5|every other day
q2d|qod|0.5|every other day
every third day|q3d|0.333333|every 3 days
every 3 days|q3d|0.333333|every 3 days
once a week|weekly|0.142857|once a week
weekly|weekly|0.142857|once a week
every week|weekly|0.142857|once a week
1x weekly|weekly|0.142857|once a week
weekly on monday|weekly on monday|0.142857|once a week on Mondays
once a week on Monday|weekly on monday|0.142857|once a week on Mondays
every tuesday|weekly on tuesday|0.142857|once a week on Tuesdays
on Mondays and Thursdays|weekly on monday, thursday|0.285714|on Mondays and on Thursdays
mon, wed, fri|weekly on monday, wednesday, friday|0.428571|on Mondays, on Wednesdays and on Fridays
twice a week|2x weekly|0.285714|twice a week
3x weekly|3x weekly|0.428571|3 times a week
every 2 weeks|q2w|0.071429|every 2 weeks
fortnightly|q2w|0.071429|every 2 weeks
every 4 weeks|q4w|0.035714|every 4 weeks
monthly|monthly|0.032877|once a month
once a month|monthly|0.032877|once a month
every 3 months|q3mo|0.010959|every 3 months
stat|stat|1|once, now
once|once|1|once
single dose|once|1|once
bd prn|bd prn|2|twice a day
q6h as needed|q6h prn|4|every 6 hours
at night if needed|on prn|1|at night
prn tds|tds prn|3|3 times a day
p.r.n.|prn|-|if needed
prn|prn|-|if needed
as required|prn|-|if needed
up to 4x daily prn|up to qds prn|4|up to 4 times a day
up to 4x daily|up to qds prn|4|up to 4 times a day
max 3x daily|up to tds prn|3|up to 3 times a day
at most twice a day|up to bd prn|2|up to twice a day
bd with meals|bd with meals|2|twice a day with meals
tds ac|tds before meals|3|3 times a day before meals
1-0-1 after food|1-0-1 after meals|2|in the morning and in the evening after meals
"""
CASES = [tuple(line.split("|")) for line in UNDERSTOOD.strip().splitlines()]

# written | a part of the sentence
NOT_UNDERSTOOD = """
|Write how often
tdss|Is “tds” meant?
bdd|Is “bd” meant?
evry day|Is “every day” meant?
weekyl|Is “weekly” meant?
1-0|three amounts, or four
1-1-1-1-1|three amounts, or four
0-0-0|three amounts, or four
1-0-9999|three amounts, or four
2-3x daily|up to 3x daily
biweekly|every 2 weeks, or 2x weekly
bimonthly|is read in two ways
13x daily|at most 12 times a day
when the moon is full|Write for example 1-0-1
q0h|is not understood
q8-6h|is not understood
q999h|is not understood
2 tablets|is not understood
8x weekly|is not understood
weekly on funday|is not understood
1-0-1/0|three amounts, or four
"""
REFUSED = [tuple(line.split("|")) for line in NOT_UNDERSTOOD.strip("\n").splitlines()]


@pytest.mark.parametrize(("text", "code", "times", "words"), CASES, ids=[case[0] for case in CASES])
def test_what_is_written_is_understood(text: str, code: str, times: str, words: str) -> None:
    read = read_frequency(text)
    assert (read.code, read.words) == (code, words)
    assert read.times_a_day == (None if times == "-" else Decimal(times))


def test_there_are_eighty_examples() -> None:
    assert len(CASES) >= 80


@pytest.mark.parametrize("text", [case[0] for case in CASES])
def test_the_code_is_read_as_the_same(text: str) -> None:
    read = read_frequency(text)
    assert read_frequency(read.code) == read


@pytest.mark.parametrize(("text", "said"), REFUSED, ids=[case[0] or "nothing" for case in REFUSED])
def test_what_is_not_understood_is_answered_with_the_nearest(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=r"\w") as raised:
        read_frequency(text)
    assert said in str(raised.value)


def test_the_amounts_of_a_scheme_are_kept() -> None:
    read = read_frequency("2-0-½")
    assert [(str(amount), time) for amount, time in read.slots] == [
        ("2", "in the morning"),
        ("0.5", "in the evening"),
    ]


@pytest.mark.parametrize(("text", "needed"), [("bd", False), ("bd prn", True), ("up to 3x daily", True)])
def test_whether_it_is_taken_as_needed(text: str, needed: bool) -> None:
    assert read_frequency(text).as_needed is needed


@pytest.mark.parametrize("text", ["stat", "once", "single dose"])
def test_once_is_known_as_once(text: str) -> None:
    assert read_frequency(text).is_once


@settings(deadline=None)
@given(st.integers(1, 168))
def test_any_interval_in_hours(hours: int) -> None:
    read = read_frequency(f"every {hours} hours")
    assert read.times is not None
    assert read.times * hours == 24
    assert read_frequency(read.code) == read


@settings(deadline=None)
@given(st.lists(st.sampled_from(["0", "½", "1", "1,5", "2.25", "3"]), min_size=3, max_size=4))
def test_any_scheme(amounts: list[str]) -> None:
    if set(amounts) == {"0"}:
        return
    read = read_frequency("-".join(amounts))
    assert read_frequency(read.code) == read
    assert read.times == sum(amount != "0" for amount in amounts)


def answer_to(text: str) -> Frequency | str:
    try:
        return read_frequency(text)
    except ValueError as error:
        return str(error)


@settings(deadline=None)
@given(st.text(max_size=2 * LONGEST_TEXT) | st.text(alphabet="0123456789-+/.,½ xqhdwmonprbi", max_size=20))
def test_any_text_is_understood_or_answered_with_a_sentence(text: str) -> None:
    answer = answer_to(text)
    if isinstance(answer, str):
        assert len(answer) > 20
    else:
        assert read_frequency(answer.code) == answer
