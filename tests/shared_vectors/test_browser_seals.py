"""What the browser's protocol seals, Python opens: the other direction of HPKE."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from blind_index.group import Scalar
from blind_index.labels import Label
from blind_index.secret import SecretBytes
from escrow.client.vault import SavedReport
from escrow.credential import check_core_signature, check_standing_credential
from escrow.messages.codec import decode
from escrow.messages.filing import (
    LockPart,
    ReportSubmission,
    StandingPart,
)
from escrow.report.check import check_submission
from escrow.report.contents import open_contact, quorum
from escrow.sealing import open_sealed, sealing_key
from escrow.trustee_lock import Part, combine_shares, open_part
from tests.vectors_json.asking import text
from tests.vectors_json.following import TOKEN, boxed_shares
from tests.vectors_json.scene import (
    DAY,
    box_keys,
    dealt,
    saved_report,
    survivor,
)

ROOT = Path(__file__).parents[2]
SEED = SecretBytes(bytes(range(32)))


@pytest.fixture(scope="module")
def sealed():
    node = shutil.which("node")
    if node is None or not (ROOT / "api/web/node_modules").exists():
        missing = pytest.fail if os.environ.get("CI") else pytest.skip
        missing("node or the web client's packages are missing")
    asked = {
        "manifest": text(dealt().signed),
        "registration": text(survivor("ana").registration),
        "report": text(saved_report("ana", 3)),
        "box_keys": text(box_keys()),
        "day": DAY,
        "token": text(TOKEN),
        "sealing_key": sealing_key(SEED).hex(),
        "plaintext": b"plain".hex(),
        "label": Label.TRUSTEE_BOX.value,
        "context": [b"one".hex(), ""],
    }
    done = subprocess.run(
        [node, str(ROOT / "tests/web/seal_for_python.mjs")],
        input=json.dumps(asked).encode(),
        capture_output=True,
        check=True,
        timeout=120,
    )
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def submission(sealed):
    return decode(sealed["submission"].encode(), ReportSubmission)


@pytest.fixture(scope="module")
def report(submission):
    return check_submission(dealt().deployment, submission, day=DAY)


def opened(submission, report, part):
    boxed = boxed_shares(submission)
    key = report.core.report_key
    secret = combine_shares(
        {i: Scalar.decode(boxed[i].shares[part]) for i in (2, 3)},
        [row[part] for row in report.header.share_hashes],
        key,
        part,
        quorum(dealt().deployment),
    )
    return open_part(secret, key, part, submission.parts[part])


def test_what_the_browser_sealed_to_a_key_opens(sealed):
    ciphertext = bytes.fromhex(sealed["sealed"])
    assert open_sealed(SEED, ciphertext, Label.TRUSTEE_BOX, b"one", b"") == b"plain"


def test_the_browsers_report_is_noted_as_sent(sealed, report):
    sent = decode(sealed["report"].encode(), SavedReport)
    assert (sent.version, sent.header_digest) == (1, report.digest)


def test_every_trustee_finds_its_shares_in_the_browsers_boxes(submission, report):
    boxed = boxed_shares(submission)
    assert sorted(boxed) == [1, 2, 3]
    assert {one.header_digest for one in boxed.values()} == {report.digest}


def test_the_browsers_standing_is_signed_over_the_core(submission, report):
    standing = decode(opened(submission, report, Part.STANDING), StandingPart)
    credential = check_standing_credential(dealt().deployment, standing.credential, DAY)
    check_core_signature(credential, standing.core_signature, report.header.core)


def test_the_browsers_lock_holds_an_entry_for_each_tag(submission, report):
    lock = decode(opened(submission, report, Part.LOCK), LockPart)
    assert len(lock.entries) == len(report.core.encrypted_tags)


def test_the_browsers_contact_card_is_hers(submission, report):
    contact = open_contact(
        saved_report("ana", 3).keys().contact_key,
        report.core.report_key,
        opened(submission, report, Part.CONTACT),
    )
    assert contact.card == saved_report("ana", 3).card
