"""Who there is: letters that stand for roles; `0` is somebody without a role, `-` somebody who has not logged in."""

from accounts.roles import Role

WHO = {
    "A": Role.ADMINISTRATOR,
    "D": Role.DOCTOR,
    "N": Role.NURSE,
    "R": Role.RECEPTIONIST,
    "P": Role.PHARMACIST,
    "C": Role.CASHIER,
    "M": Role.MANAGER,
    "I": Role.INTEGRATION,
    "0": "",
}
STAFF = "ADNRPCMI"
SIGNED_IN = STAFF + "0"
ANYBODY = SIGNED_IN + "-"
DESK = "ANRI"  # writes demographics
BOOKS = "ADNRI"
SEES_VISITS = "ADNRICM"
CONSULTS = "ADR"
KEEPS_BOARDS = "AMR"
PLANS = "AM"
TREATS = "DN"
TAKES_IN = "DNI"  # results of laboratories
SENDS_DOCUMENTS = "DNI"
KNOWS_MEDICINES = "ADNPI"
SEES_FIGURES = "ADMP"
SEES_PRESCRIPTIONS = "DNPI"
DISPENSES = "PI"
SEES_STOCK = "APMI"
SEES_BILLS = "ARCM"  # and takes money
GIVES_BACK = "ACM"
DECIDES_ON_MONEY = "AM"
ASKS = "ADNRPM"  # the assistant
SEES_ALERTS = "ADNM"  # each those of the own desk
DECIDES = "ADNR"  # on what it has proposed
Doors = dict[str, dict[str, str]]
