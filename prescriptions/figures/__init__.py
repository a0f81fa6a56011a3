"""What is prescribed, counted in the database and told as far as somebody may see it."""

from prescriptions.figures.asked import FEW, LONGEST, Asked, Seeing
from prescriptions.figures.prescribed import Ranked, Ranking, Totals, Week, Work
from prescriptions.figures.report import Figures, figures_of
from prescriptions.figures.warned import Outcomes, Rule, Rules, Warnings

__all__ = [
    "FEW",
    "LONGEST",
    "Asked",
    "Figures",
    "Outcomes",
    "Ranked",
    "Ranking",
    "Rule",
    "Rules",
    "Seeing",
    "Totals",
    "Warnings",
    "Week",
    "Work",
    "figures_of",
]
