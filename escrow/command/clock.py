"""The command line's one clock."""

import datetime as dt


def today() -> int:
    """Days since 1970-01-01, in UTC."""
    now = dt.datetime.now(dt.UTC)  # noqa: TID251  a shell owns the clock
    return (now.date() - dt.date(1970, 1, 1)).days


def time_in(seconds: int) -> str:
    """The time of day after so many seconds, where this device is: 14:20."""
    now = dt.datetime.now().astimezone()  # noqa: TID251  a shell owns the clock
    # What is told in minutes is told late rather than early.
    return f"{now + dt.timedelta(seconds=seconds + 59):%H:%M}"


def day_text(day: int) -> str:
    """A day as people write it: 22 November 2031."""
    date = dt.date(1970, 1, 1) + dt.timedelta(days=day)
    return f"{date.day} {date:%B %Y}"


def month_text(month: int) -> str:
    """A month (12 * year + month - 1) as people write it: November 2031."""
    return f"{dt.date(month // 12, month % 12 + 1, 1):%B %Y}"
