"""The screens of waiting rooms: their places, their secret addresses, and whether they can be seen."""

from typing import Any

from accounts.acting import note, service
from accounts.models import Department, Site, User
from appointments.models import WaitingBoard
from hospital.models import new_secret

KEEP = "appointments.keep_boards"


@service(KEEP)
def add_board(
    *, name: str, site: Site, department: Department | None = None, is_open: bool = True, by: User
) -> WaitingBoard:
    """Put up a board, with an address that nobody can guess."""
    board = WaitingBoard(name=name, site=site, department=department, is_open=is_open)
    return board.add()


@service(KEEP)
def edit_board(
    board: WaitingBoard, *, seen_version: int | None = None, by: User, **changes: Any
) -> WaitingBoard:
    """Give a board another name or place, close it or open it again."""
    note(fields=sorted(changes))
    return board.change(seen_version=seen_version, **changes)


@service(KEEP)
def renew_board(board: WaitingBoard, *, seen_version: int | None = None, by: User) -> WaitingBoard:
    """Give a board another secret address. The old one shows nothing from this moment on."""
    note(fields=["secret"])
    return board.change(seen_version=seen_version, secret=new_secret())
