"""The picture of a day: visits beside the doctor's hours have lanes of their own, and no more than there are."""

from zoneinfo import ZoneInfo

import time_machine

from accounts.models import User
from appointments import services
from appointments.models import Appointment
from appointments.templatetags.day_grid import Column, day_grid
from appointments.tests.conftest import at
from doctors.models import Doctor, open_blocks
from patients.tests.make import make_patient

MONDAY = at(9).date()


def column(doctor: Doctor) -> Column:
    visits = list(Appointment.objects.between(at(0 + 1), at(23)).with_names())
    blocks = open_blocks([doctor], MONDAY, MONDAY)
    grid = day_grid(MONDAY, ZoneInfo("Europe/Berlin"), [doctor], visits=visits, blocks=blocks, free={})
    return grid.columns[0]


def admit(doctor: Doctor, by: User) -> Appointment:
    return services.admit_walk_in(patient=make_patient(), doctor=doctor, by=by)


def test_who_is_squeezed_in_stands_beside_the_others(doctor: Doctor, rita: User) -> None:
    with time_machine.travel(at(9), tick=False):
        visits = [admit(doctor, rita) for _ in range(3)]
    drawn = column(doctor)
    assert (drawn.width, drawn.lanes) == (3, [0, 1, 2])
    assert {piece.visit.pk: piece.lane for piece in drawn.pieces if piece.visit} == {
        visit.pk: number for number, visit in enumerate(visits, start=1)
    }


def test_a_lane_that_holds_nobody_any_more_is_not_drawn(doctor: Doctor, rita: User) -> None:
    with time_machine.travel(at(9), tick=False):
        visits = [admit(doctor, rita) for _ in range(4)]
        for one in visits[1:3]:
            services.cancel_appointment(one, reason="Went home", by=rita)
    drawn = column(doctor)
    assert (drawn.width, drawn.lanes) == (2, [0, 3])
    assert sorted(piece.lane for piece in drawn.pieces if piece.visit in {visits[0], visits[3]}) == [1, 2]


def test_before_the_hours_there_is_nobody_in_their_lane(doctor: Doctor, rita: User) -> None:
    admit(doctor, rita)  # at eight
    drawn = column(doctor)
    assert [(piece.lane, piece.at) for piece in drawn.pieces] == [(2, 1)]
