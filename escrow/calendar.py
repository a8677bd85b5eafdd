"""Days and months as integers, so that no step reads a clock.

A day counts from 1970-01-01; a month is 12 * year + month - 1.
"""

_DAYS_TO_CIVIL_ERA = 719_468
_DAYS_PER_ERA = 146_097
_JANUARY = 10  # counted from March = 0
_FEBRUARY = 2
_DAYS_A_WEEK = 7
_THURSDAY = 3  # the weekday of day 0, counted from Monday


def month_of(day: int) -> int:
    """The month in which a day lies (proleptic Gregorian calendar).

    The year begins in March while counting, so that the leap day is its last.
    """
    shifted = day + _DAYS_TO_CIVIL_ERA
    era, of_era = divmod(shifted, _DAYS_PER_ERA)
    year_of_era = (
        of_era - of_era // 1460 + of_era // 36_524 - of_era // 146_096
    ) // 365
    of_year = of_era - (365 * year_of_era + year_of_era // 4 - year_of_era // 100)
    march_month = (5 * of_year + 2) // 153
    month = march_month + 3 if march_month < _JANUARY else march_month - 9
    year = era * 400 + year_of_era + (1 if month <= _FEBRUARY else 0)
    return 12 * year + month - 1


def monday_of(day: int) -> int:
    """The Monday of the week in which a day lies."""
    return day - (day + _THURSDAY) % _DAYS_A_WEEK
