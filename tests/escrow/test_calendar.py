"""Days and months against the standard library's calendar."""

from datetime import UTC, datetime, timedelta

from hypothesis import example, given
from hypothesis import strategies as st

from escrow.calendar import monday_of, month_of

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@given(st.integers(0, 200_000))
@example(0)
@example(11_016)  # 29 February 2000
@example(47_540)  # 28 February 2100, no leap year
@example(47_541)
def test_the_month_of_a_day_is_the_calendars(day):
    date = EPOCH + timedelta(days=day)
    assert month_of(day) == 12 * date.year + date.month - 1


@given(st.integers(0, 200_000))
def test_a_week_begins_on_its_monday(day):
    date = EPOCH + timedelta(days=day)
    assert monday_of(day) == day - date.weekday()
