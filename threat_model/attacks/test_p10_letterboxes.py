"""P10: whose a letterbox is, and whether a note says what happened."""

import sqlite3
from contextlib import closing

from api.handlers.letterboxes import post_letter
from api.handlers.nudging import open_notice
from api.sender import Sender
from api.smtp import Mailer
from escrow.calendar import month_of
from escrow.client import letterbox
from escrow.client.vault import SavedLetterbox
from escrow.messages.codec import Blob, Nonce
from escrow.messages.filing import NudgePart
from escrow.messages.letterbox import LetterboxSubmission
from escrow.server.letterboxes import payer
from tests.api.running import NOTICES, running
from tests.world.dealt import Plan
from tests.world.world import email
from threat_model.known_bad import sociable

PLAN = Plan(name="P10")
PEOPLE = 5
GROUP = ("ana", "bea", "cleo")
WINDOW = 12  # bytes that two rows do not share by chance
YEAR = 366 * 86_400


def make_letterbox(world, person, part):
    """Somebody's letterbox, paid for with a token; its name."""
    box = letterbox.wish_letters(None, part)
    box, signed = letterbox.write_letterbox(
        world.deployment, box, month_of(world.day) + 60
    )
    submission = LetterboxSubmission(write=signed, token=person.token())
    world.server.write_letterbox(submission)
    return letterbox.letterbox_key(box)


def wish(name):
    address = f"{name}@private.example"
    return NudgePart(channel="email", address=address, plant="fern", language="en")


# Linked


def pieces(values):
    """Every run of so many bytes in these values."""
    return {
        value[at : at + WINDOW]
        for value in values
        for at in range(max(len(value) - WINDOW + 1, 0))
    }


def rows_of(database, query, key):
    for row in database.execute(query, (bytes(key),)):
        yield from (value for value in row if isinstance(value, bytes))


PAID = (
    "SELECT * FROM spent_token WHERE header_digest IN "
    "(SELECT header_digest FROM report WHERE report_key = ?1)"
)
ABOUT_REPORT = (
    PAID,
    "SELECT * FROM report WHERE report_key = ?1",
    "SELECT * FROM receipt WHERE report_key = ?1",
    "SELECT sealed FROM answer WHERE report_key = ?1",
)
LETTERBOX = "SELECT * FROM letterbox WHERE letterbox_key = ?1"
PAID_BOX = "SELECT * FROM spent_token WHERE header_digest = ?1"


def about_letterbox(database, world, box):
    """Values of its row, and of the token that paid for it."""
    paid = list(
        rows_of(database, PAID_BOX, payer(Nonce(world.deployment.deployment_id), box))
    )
    assert paid
    return [*rows_of(database, LETTERBOX, box), *paid]


def linked(world, filed):
    """How many letterboxes share bytes with a report, their contents opened."""
    path = world.config.database
    with closing(sqlite3.connect(path)) as database:
        reports = [
            pieces(v for q in ABOUT_REPORT for v in rows_of(database, q, key))
            for key, _, _ in filed
        ]
        assert all(reports)
        won = 0
        for _, box, part in filed:
            values = about_letterbox(database, world, box)
            mine = pieces([*values, part.address.encode()])
            won += any(mine & theirs for theirs in reports)
    return won


def file_and_wish(world, names, seeds):
    for name in names:
        person = world.file(name, (email(f"named.by.{name}@company.example"),))
        seeds.append(person.reports["first"].report_seed)
        part = wish(name)
        box = make_letterbox(world, person, part)
        yield person.report_key("first"), box, part
    world.settle()


def try_linked(trial, folder, seeds):
    with running(folder / "api", PLAN) as world:
        names = [f"person{number}" for number in range(PEOPLE)]
        filed = list(file_and_wish(world, names, seeds))
        won = linked(world, filed)
    trial.tell(won, PEOPLE, {"letterboxes": PEOPLE}, part="linked")


def test_attack_linked(trial, tmp_path):
    try_linked(trial, tmp_path, [])


def test_control_linked(trial, tmp_path):
    seeds = []

    def derived(_none, part):
        return SavedLetterbox(seed=Blob(bytes(seeds[-1])), part=part)

    with trial.without("a key of its own", derived):
        try_linked(trial, tmp_path, seeds)


# What it says


def mails(world):
    """Of each member the note of the group, and a letter without any news."""
    desk = world.desk()
    mailer = Mailer(NOTICES.smtp)
    sender = Sender(world.app.state.office, NOTICES, mailer, lambda: 0, bytes)
    nudges = [open_notice(desk, one) for one in waiting(world)]
    assert len(nudges) == len(GROUP)
    world.read(lambda records: records.notices.clear())
    for part in nudges:
        stranger = world.person(f"stranger{len(world.survivors)}")
        make_letterbox(world, stranger, plain(part))
        last = (world.day * 86_400) + YEAR
        assert world.read(lambda r, last=last: post_letter(world.desk(), r, last))
        (letter,) = [open_notice(desk, one) for one in waiting(world)]
        world.read(lambda records: records.notices.clear())
        yield sender._written(part), sender._written(letter)
        close(world)


def plain(part):
    """What she wished for, as the client wrote it."""
    return NudgePart(channel="email", address=part.address, plant="fern", language="en")


def waiting(world):
    return world.read(lambda records: records.notices.waiting())


def close(world):
    """No letterbox has another letter."""
    with closing(sqlite3.connect(world.config.database)) as database, database:
        database.execute("UPDATE letterbox SET due = NULL")


def try_words(trial, folder):
    with running(folder / "api", PLAN) as world:
        for name in GROUP:
            world.file(name)
        world.settle()
        pairs = list(mails(world))
    won = sum(one != other for one, other in pairs)
    assert len({len(one) for pair in pairs for one in pair}) == 1
    trial.tell(won, len(pairs), {"mails": 2 * len(pairs)}, part="what it says")


def test_attack_words(trial, tmp_path):
    try_words(trial, tmp_path)


def test_control_words(trial, tmp_path):
    with trial.without("one note for everything", sociable.tell_what_happened):
        try_words(trial, tmp_path)
