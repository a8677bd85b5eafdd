"""Vouchers: sealed by a referee, opened by a code, used once (M03, M04)."""

import subprocess
import sys

import pytest

from blind_index.errors import InputError
from blind_index.secret import SecretBytes
from escrow.client import registration
from escrow.client.evaluation import begin_evaluation
from escrow.errors import InvalidRegistration, InvalidSignature
from escrow.messages.codec import Nonce, Signed, encode
from escrow.messages.registration import StandingCredentialGrant
from escrow.registrar.identity import Identity, self_keys
from escrow.registrar.voucher import (
    SEALED_BYTES,
    make_voucher,
    open_seal,
    open_voucher,
    read_voucher_code,
    shown_voucher_code,
)
from tests.api.running import ApiFault
from tests.registrar.test_codes_process import NOT_VERIFIED, refused
from tests.registrar_place import LEVELS, PLAN, registrar_place
from tests.world.dealt import deal_deployment
from tests.world.stream import stream
from tests.world.trustees import IndexTrustee

SEED, OTHER = SecretBytes(b"r" * 32), SecretBytes(b"o" * 32)
DEPLOYMENT = Nonce(deal_deployment(PLAN).deployment.deployment_id)


def identity(number=0):
    return Identity("Ana Zebrowska", f"ana.v{number}@example.org", "", "")


def made(last_day, number=0, seed=SEED, deployment=DEPLOYMENT):
    return make_voucher(deployment, seed, identity(number), last_day)


def test_a_code_opens_exactly_its_own_seal():
    one, two = made(5), made(5, 1)
    found = open_voucher(one.signed)
    assert len(found.sealed) == SEALED_BYTES == len(open_voucher(two.signed).sealed)
    code = read_voucher_code(one.code)
    assert open_seal(DEPLOYMENT, code, found.sealed) == identity()
    for place, other in ((DEPLOYMENT, two.code), (Nonce(bytes(16)), one.code)):
        with pytest.raises(InvalidRegistration):
            open_seal(place, read_voucher_code(other), found.sealed)
    for piece in (b"Zebrowska", b"ana.v0", code.encode()):
        assert piece not in encode(one.signed)


def test_a_code_has_a_hundred_bits_and_is_read_however_it_is_written():
    draw = stream("voucher")
    codes = {
        make_voucher(DEPLOYMENT, SEED, identity(), 1, randomness=draw).code
        for _ in range(50)
    }
    assert len(codes) == 50
    code = "0123456789ABCDEFGHJK"
    assert shown_voucher_code(code) == "01234-56789-ABCDE-FGHJK"
    assert read_voucher_code(" o1234 56789-abcde fghjk") == code
    assert read_voucher_code("OI234-56789-ABCDE-FGHJK") == code
    for bad in ("", code[:-1], code + "0", code[:-1] + "U", code[:-1] + "é"):
        with pytest.raises(InvalidRegistration):
            read_voucher_code(bad)


def test_a_referee_can_seal_only_what_can_be_told_apart():
    for bad in (
        Identity("", "ana@example.org", "", ""),
        Identity("Ana", "", "", ""),
        Identity("Ana", "no address", "", ""),
        Identity("Ana", "ana@gmial.com", "", ""),
        Identity("A" * 2000, "ana@example.org", "", ""),
    ):
        with pytest.raises((InputError, InvalidRegistration)):
            make_voucher(DEPLOYMENT, SEED, bad, 1)


def test_a_voucher_that_its_referee_did_not_sign_is_refused():
    one, two = made(5).signed, made(5, seed=OTHER).signed
    with pytest.raises(InvalidSignature):
        open_voucher(Signed(payload=one.payload, signature=two.signature))


@pytest.fixture(scope="module")
def place(tmp_path_factory, new_database):
    folder = tmp_path_factory.mktemp("vouchers")
    key = folder / "referee.key"
    shown = alongside("referee", "init", "--key-file", str(key))
    text = shown.removeprefix("key: ").strip()
    config = f"""
[[providers]]
kind = "voucher"
name = "voucher"
level = "{LEVELS[2]}"
[[providers.referees]]
name = "Shelter North"
key = "{text}"
per_year = 12
"""
    with registrar_place(folder, config, new_database) as found:
        found.seed = SecretBytes(key.read_bytes())
        yield found


def alongside(*arguments):
    command = [sys.executable, "-m", "escrow.command.main", *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def today():
    import datetime as dt  # noqa: PLC0415

    return (dt.datetime.now(dt.UTC).date() - dt.date(1970, 1, 1)).days  # noqa: TID251


def hand_in(place, number, *, days=10, seed=None, deployment=DEPLOYMENT):
    found = made(today() + days, number, seed or place.seed, deployment)
    place.call("vouchers", found.signed)
    return found


def vouchers(place, *arguments):
    config = ("--config", str(place.folder / "registrar.toml"))
    return alongside("registrar", "vouchers", *arguments, *config)


def credentials(place, started):
    """Both credentials, with honest index trustees in memory."""
    dealt = deal_deployment(PLAN)
    seeds = SecretBytes(b"i" * 32), SecretBytes(b"s" * 32)
    wish = registration.ask_index_credential(started.verification, seeds[0])
    index = place.call("index-credentials", wish, Signed)
    shown = place.finish(started)
    keys = self_keys(Identity(shown.name, shown.email, shown.phone, shown.country))
    pending = begin_evaluation(dealt.deployment, index, seeds[0], keys)
    answers = {
        i: IndexTrustee(dealt, i).answer(pending.request, today()) for i in (1, 2, 3)
    }
    wish = registration.ask_standing_credential(
        started.verification, seeds[1], pending, keys, answers
    )
    return place.call("standing-credentials", wish, StandingCredentialGrant)


def test_a_voucher_verifies_once_and_leaves_a_digest_and_a_month(place):
    found = hand_in(place, 1)
    started = place.start_check("voucher")
    assert started.awaits == ("voucher",)
    shown = place.finish(started, found.code)
    assert (shown.name, shown.email) == ("Ana Zebrowska", "ana.v1@example.org")
    assert "1 unused, of Shelter North" in vouchers(place, "list")
    credentials(place, started)
    assert "1 used in 20" in vouchers(place, "list")
    place.close(started)
    assert place.pending() == 0
    again = place.start_check("voucher")
    assert refused(place.finish, again, found.code) == NOT_VERIFIED
    place.close(again)
    for path in place.folder.glob("registrar.*"):
        stored = path.read_bytes()
        for piece in (b"Zebrowska", b"ana.v1", found.code.encode()):
            assert piece not in stored, path


def test_a_voucher_whose_check_came_to_nothing_can_be_used_again(place):
    found = hand_in(place, 2)
    one, two = place.start_check("voucher"), place.start_check("voucher")
    assert place.finish(one, found.code).verified
    assert refused(place.finish, two, found.code) == NOT_VERIFIED
    place.close(one)
    assert place.finish(two, found.code).verified
    place.registrar.kill()
    place.start()
    assert place.pending() == 0
    three = place.start_check("voucher")
    assert place.finish(three, found.code).known
    place.close(three)


def test_what_is_no_voucher_for_here_is_not_kept(place):
    day = today()
    for bad in (
        made(day + 10, 3, seed=OTHER),
        made(day + 10, 3, place.seed, Nonce(bytes(16))),
        made(day - 1, 3, place.seed),
        made(day + 1000, 3, place.seed),
    ):
        answer = refused(place.call, "vouchers", bad.signed)
        assert answer[1:] == ("invalid-registration", "not a voucher for here")


def test_wrong_codes_are_refused_in_the_same_words_and_counted(place):
    found = hand_in(place, 4)
    started = place.start_check("voucher")
    for bad in ("", "x", "00000-00000-00000-00000", found.code[:-1], "é"):
        assert refused(place.finish, started, bad) == NOT_VERIFIED
    assert refused(place.finish, started, found.code)[1] == "invalid-registration"


def test_revoked_vouchers_open_nothing(place):
    found = hand_in(place, 6)
    assert " revoked" in vouchers(place, "revoke", "--referee", "Shelter North")
    started = place.start_check("voucher")
    assert refused(place.finish, started, found.code) == NOT_VERIFIED
    place.close(started)


def test_a_referee_makes_no_more_than_she_may(place):
    left = iter(range(7, 30))
    while True:
        found = made(today() + 10, next(left), place.seed)
        try:
            place.call("vouchers", found.signed)
        except ApiFault as fault:
            if (fault.status, fault.kind) != (429, "quota-exceeded"):
                raise
            break
    assert next(left) > 7
    assert refused(place.call, "vouchers", found.signed)[1] == "quota-exceeded"
