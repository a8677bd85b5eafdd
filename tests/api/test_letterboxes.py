"""Letterboxes at the real server: made, paid for, changed, emptied, served."""

import pytest
from msgspec.structs import replace
from sqlalchemy import select

from api.handlers.letterboxes import post_letter
from api.handlers.nudging import open_notice
from api.handlers.recovery import mark_restored
from api.sql_store.tables import LETTERBOX
from blind_index.labels import Label
from blind_index.secret import SecretBytes
from escrow.calendar import month_of
from escrow.client.letterbox import (
    letter_day,
    letterbox_key,
    wish_letters,
    write_letterbox,
)
from escrow.letterbox import PERIOD_DAYS
from escrow.messages.letterbox import LetterboxSubmission, LetterboxWrite
from escrow.note import NO_NOTE
from escrow.signing import peek, sign
from tests.api.running import ApiFault, running
from tests.vectors_json.notes import PART
from tests.world.world import X

DAY = 86_400


class Holder:
    """Somebody with a letterbox, and a token of hers."""

    def __init__(self, world, name="ana", part=PART) -> None:
        self.world = world
        self.person = world.person(name)
        self.box = wish_letters(None, part)

    @property
    def key(self):
        return letterbox_key(self.box)

    def write(self, *, token=None, expiry=60):
        month = month_of(self.world.day) + expiry
        self.box, signed = write_letterbox(self.world.deployment, self.box, month)
        submission = LetterboxSubmission(write=signed, token=token)
        self.world.server.write_letterbox(submission)
        return submission

    def make(self):
        return self.write(token=self.person.token())

    def wish(self, part):
        self.box = wish_letters(self.box, part)

    def stored(self):
        return self.world.read(lambda r: r.letterboxes.get(self.key))

    def due(self):
        return self.world.read(lambda r: r.letterboxes.due(self.key))


@pytest.fixture(scope="module")
def shared(tmp_path_factory, new_database):
    """One server for the tests that need no other day and no empty outbox."""
    folder = tmp_path_factory.mktemp("letterboxes")
    with running(folder, database=new_database()) as found:
        yield found


@pytest.fixture
def holder(shared):
    """Somebody new, and the only letterbox with a due letter."""
    yield Holder(shared, f"holder{len(shared.survivors)}")
    shared.read(lambda r: r.notices.clear())
    for key in keys_of(shared):
        shared.read(lambda r, key=key: r.letterboxes.set_due(key, None))


def keys_of(world):
    async def ask(records):
        rows = await records._connection.execute(select(LETTERBOX.c.letterbox_key))
        return list(rows.scalars())

    return world.read(ask)


def refusal(act):
    with pytest.raises(ApiFault) as fault:
        act()
    return fault.value.status, fault.value.kind


def outbox(world):
    desk = world.desk()
    waiting = world.read(lambda records: records.notices.waiting())
    return sorted(open_notice(desk, one).address for one in waiting)


def served(world, second):
    """Let every letter that is due by then go to the outbox; how many."""
    count = 0
    while world.read(lambda r: post_letter(world.desk(), r, second)):
        count += 1
    return count


def test_a_letterbox_costs_one_token_and_a_resend_none(holder):
    assert refusal(holder.write) == (403, "invalid-token")
    assert holder.stored() is None
    submission = holder.make()
    assert holder.stored().counter == 2
    holder.world.server.write_letterbox(submission)
    holder.write()
    assert holder.stored().counter == 3


def test_a_token_that_paid_for_one_letterbox_pays_for_no_other(holder):
    submission = holder.make()
    other = Holder(holder.world, "somebody")
    spend = lambda: other.write(token=submission.token)  # noqa: E731
    assert refusal(spend) == (403, "invalid-token")


def test_a_token_that_paid_for_a_report_pays_for_no_letterbox(holder):
    person = holder.person
    submission = person.submit(person.draft(X, 3, "first"))
    spend = lambda: holder.write(token=submission.token)  # noqa: E731
    assert refusal(spend) == (403, "invalid-token")


def test_an_old_write_is_refused(holder):
    first = holder.make()
    holder.write()
    old = lambda: holder.world.server.write_letterbox(first)  # noqa: E731
    assert refusal(old) == (409, "conflicting-report")


def test_nobody_writes_anothers_letterbox(holder):
    holder.make()
    box = replace(holder.box, counter=7)
    _, signed = write_letterbox(
        holder.world.deployment, box, month_of(holder.world.day) + 60
    )
    forged = sign(
        SecretBytes(bytes(32)), Label.LETTERBOX_WRITE, peek(signed, LetterboxWrite)
    )
    write = LetterboxSubmission(write=forged, token=None)
    send = lambda: holder.world.server.write_letterbox(write)  # noqa: E731
    assert refusal(send) == (403, "invalid-signature")


def test_an_address_that_is_none_is_refused_and_costs_nothing(holder):
    token = holder.person.token()
    holder.box = replace(
        holder.box, part=replace(PART, address="a@example.org\r\nBcc: b@example.org")
    )
    assert refusal(lambda: holder.write(token=token)) == (422, "input-error")
    assert holder.stored() is None
    holder.wish(PART)
    holder.write(token=token)
    assert holder.stored() is not None


def test_its_letter_is_due_on_the_day_that_her_client_shows(holder):
    holder.make()
    assert holder.due() // DAY == letter_day(holder.box, holder.world.day)


def test_a_changed_address_keeps_the_day_and_an_emptied_box_has_none(holder):
    holder.make()
    due = holder.due()
    holder.wish(replace(PART, address="other@example.org"))
    holder.write()
    assert holder.due() == due
    holder.wish(NO_NOTE)
    holder.write()
    assert (holder.due(), holder.stored().sealed) == (None, None)
    assert served(holder.world, due + 365 * DAY) == 0
    holder.wish(PART)
    holder.write()
    assert holder.due() is not None


def test_a_letter_goes_once_in_every_period(holder):
    holder.make()
    due = holder.due()
    assert served(holder.world, due - 1) == 0
    assert served(holder.world, due) == 1
    assert outbox(holder.world) == [PART.address]
    assert served(holder.world, due) == 0
    following = holder.due()
    assert following // DAY // PERIOD_DAYS == due // DAY // PERIOD_DAYS + 1
    assert served(holder.world, following) == 1


def test_letters_missed_while_nobody_sent_go_out_as_one(holder):
    holder.make()
    late = holder.due() + 400 * DAY
    assert served(holder.world, late) == 1
    assert holder.due() > late


def test_a_letterbox_that_nobody_can_open_sends_nothing(holder):
    holder.make()
    box = holder.stored()
    spoilt = type(box)(box.key, box.counter + 1, box.expiry_month, box.sealed)
    holder.world.read(lambda r: r.letterboxes.put(spoilt, 0))
    assert served(holder.world, 1) == 1
    assert outbox(holder.world) == []


def test_it_ends_with_its_last_month(world):
    holder = Holder(world)
    holder.write(token=holder.person.token(), expiry=0)
    late = holder.due() + 62 * DAY
    assert served(holder.world, late) == 1
    assert outbox(holder.world) == []
    holder.world.day += 62
    holder.world.restart()
    assert holder.stored() is None


def test_after_a_backup_nothing_is_sent_that_may_have_been(world):
    holder = Holder(world)
    holder.make()
    world.read(lambda r: r.letterboxes.set_due(holder.key, world.day * DAY))
    assert served(world, world.day * DAY) == 1
    world.read(lambda r: r.letterboxes.set_due(holder.key, world.day * DAY))
    store = world.app.state.office.store
    world.client.blocking_portal.call(mark_restored, store)
    world.restart()
    assert outbox(world) == []
    assert holder.due() > (world.day + 1) * DAY


def test_neither_address_nor_wish_is_in_the_database(holder):
    holder.make()
    assert PART.address.encode() not in holder.world.stored_bytes()
    # A longer piece of it lies across two pages of the file.
    sealed = bytes(holder.stored().sealed)[:64]
    assert sealed in holder.world.stored_bytes()
    holder.wish(NO_NOTE)
    holder.write()
    assert sealed not in holder.world.stored_bytes()


def test_who_has_a_letterbox_gets_no_nudge(world):
    ana = world.person("ana")
    ana.submit(replace(ana.draft(X, 3, "first"), nudge=NO_NOTE))
    holder = Holder(world)
    holder.make()
    due = holder.due()
    world.file_all("bea", "cleo")
    assert outbox(world) == ["bea@example.org", "cleo@example.org"]
    assert holder.due() == due
