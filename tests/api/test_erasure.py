"""What is taken back leaves no byte in the database or its log."""

import base64

from tests.world.world import X


def pieces(submission):
    """From the middle of every part: long enough to be found nowhere else."""
    return [bytes(part[200:232]) for part in submission.parts]


def found(world, submission):
    stored = world.stored_bytes()
    return [piece in stored for piece in pieces(submission)]


def test_a_withdrawn_report_is_gone_from_the_files(world):
    ana, bea = world.person("ana"), world.person("bea")
    taken_back = ana.submit(ana.draft(X, 3, "first"))
    kept = bea.submit(bea.draft(X, 3, "first"))
    world.settle()
    assert found(world, taken_back) == [True] * 4
    ana.withdraw("first")
    assert found(world, taken_back) == [False] * 4
    assert found(world, kept) == [True] * 4


def test_so_it_is_while_a_claim_with_it_still_waits(world):
    world.opening[2].up = False
    ana = world.person("ana")
    taken_back = ana.submit(ana.draft(X, 3, "first"))
    world.file_all("bea", "cleo")
    assert world.read(lambda records: records.queue.counts())[3] > 0
    ana.withdraw("first")
    assert found(world, taken_back) == [False] * 4


def test_an_older_version_is_gone_from_the_files(world):
    ana = world.person("ana")
    older = ana.submit(ana.draft(X, 3, "first"))
    newer = ana.submit(ana.changed("first", country="CA"))
    assert found(world, older) == [False] * 4
    assert found(world, newer) == [True] * 4


def test_a_box_is_gone_once_its_trustee_has_it(world):
    ana = world.person("ana")
    submission = ana.submit(ana.draft(X, 3, "first"))
    box = bytes(submission.boxes[0].ciphertext[1200:1230])
    # A delivery holds its box in base64url: look for whole groups of it.
    text = base64.urlsafe_b64encode(box)
    assert text in world.stored_bytes()
    world.settle()
    assert text not in world.stored_bytes()


def test_a_withdrawn_report_leaves_no_rows_behind(world):
    ana = world.file("ana")
    world.settle()
    assert world.read(lambda records: records.tag_rows.buckets()).rows == 16
    ana.withdraw("first")

    async def everything(records):
        return await records.tag_rows.buckets(), await records.tag_rows.in_bucket(0)

    buckets, rows = world.read(everything)
    assert (buckets.rows, rows) == (0, {})
