"""Codes by mail and phone: a real registrar, a real mail server (W03, W07, W08)."""

import json
import re

import pytest

from escrow.messages.codec import Nonce
from escrow.messages.registration import VerificationStarted
from tests.api.running import JSON, ApiFault
from tests.registrar.test_gateway import RealGateway, headers
from tests.registrar_place import registrar_place
from tests.smtp_sink import HOST, RunningSink

GATEWAY = "sms.example.net"
CODE = re.compile(r"\d{4} \d{4}")
REVEALING = re.compile(rb"alongside|harass|survivor|registrar", re.IGNORECASE)
WRONG = "0000 0000"


def providers(port, more=""):
    return f"""
[smtp]
host = "{HOST}"
port = {port}
security = "none"
sender = "desk@example.org"

[[providers]]
kind = "codes"
name = "codes"
level = "email+phone"
{more}
"""


@pytest.fixture(scope="module")
def sink():
    with RunningSink() as found:
        yield found


@pytest.fixture(scope="module")
def place(tmp_path_factory, sink, new_database):
    folder = tmp_path_factory.mktemp("codes")
    phone = f'[providers.phone]\nkind = "mail"\ndomain = "{GATEWAY}"\n'
    with registrar_place(folder, providers(sink.port, phone), new_database) as found:
        yield found


class Somebody:
    """A person whom no other test knows."""

    count = 0

    def __init__(self):
        Somebody.count += 1
        self.name = "Ana Zebrowska"
        self.email = f"ana.{Somebody.count}@example.org"
        self.digits = f"4860123{Somebody.count:04d}"

    def start(self, place, **changed):
        asked = {"name": self.name, "email": self.email, "phone": f"+{self.digits}"}
        return place.start_check("codes", **{**asked, **changed})

    def codes(self, sink, count=1):
        mail = sink.wait_for(self.email, count)
        text = sink.wait_for(f"{self.digits}@{GATEWAY}", count)
        return CODE.search(mail.text)[0], CODE.search(text.text)[0]


def refused(call, *arguments):
    with pytest.raises(ApiFault) as fault:
        call(*arguments)
    return fault.value.status, fault.value.kind, fault.value.problem["detail"]


NOT_VERIFIED = (400, "invalid-registration", "the check did not work")


def test_both_codes_verify_a_person_and_nothing_of_her_stays(place, sink):
    ana = Somebody()
    started = ana.start(place)
    assert (started.awaits, started.link) == (("email", "phone"), "")
    assert place.pending() == 1
    codes = ana.codes(sink)
    assert not place.finish(started).verified
    found = place.finish(started, *codes)
    assert (found.verified, found.known) == (True, False)
    assert (found.email, found.phone) == (ana.email, f"+{ana.digits}")
    assert place.finish(started) == found
    assert place.close(started).day > 0
    assert place.pending() == 0
    for path in place.folder.glob("registrar*"):
        for piece in (ana.email, ana.digits, "Zebrowska", *codes):
            assert piece.encode() not in path.read_bytes(), path


def test_the_messages_say_nothing_but_the_code(place, sink):
    ana = Somebody()
    ana.start(place)
    codes = ana.codes(sink)
    (mail,), (text,) = sink.to(ana.email), sink.to(f"{ana.digits}@{GATEWAY}")
    assert mail.message["subject"] == text.message["subject"] == "Your code"
    for one in (mail, text):
        assert one.sender == "desk@example.org"
        assert b"http" not in one.data
        assert not REVEALING.search(one.data)
    assert text.text == f"Code / codigo: {codes[1]}\n"


def slips(mail, text):
    return {
        "mail": (WRONG, text),
        "text": (mail, WRONG),
        "swapped": (text, mail),
        "one": (mail,),
        "three": (mail, text, text),
        "empty": ("", ""),
        "shorter": (mail[:-1], text),
        "longer": (f"{mail} 1", text),
    }


@pytest.mark.parametrize("slip", slips(WRONG, WRONG))
def test_anything_but_both_codes_is_refused_in_the_same_words(place, sink, slip):
    ana = Somebody()
    started = ana.start(place)
    codes = ana.codes(sink)
    assert refused(place.finish, started, *slips(*codes)[slip]) == NOT_VERIFIED
    assert place.finish(started, *codes).verified


def test_five_guesses_end_a_check_and_even_the_right_codes_come_too_late(place, sink):
    ana = Somebody()
    started = ana.start(place)
    codes = ana.codes(sink)
    for _ in range(5):
        assert refused(place.finish, started, WRONG, WRONG) == NOT_VERIFIED
    assert refused(place.finish, started, *codes)[1] == "invalid-registration"
    assert refused(place.finish, started, *codes)[1] == "not-found"


def test_a_code_is_of_one_check_only(place, sink):
    ana, bea = Somebody(), Somebody()
    first, second = ana.start(place), bea.start(place)
    codes = ana.codes(sink)
    bea.codes(sink)
    assert refused(place.finish, second, *codes) == NOT_VERIFIED
    assert place.finish(first, *codes).verified
    unknown = VerificationStarted(
        verification=Nonce(bytes(16)), awaits=("email",), link=""
    )
    assert refused(place.finish, unknown, *codes)[:2] == (404, "not-found")


def test_a_code_may_not_be_asked_for_at_once_again_nor_for_what_was_not_sent(
    place, sink
):
    ana = Somebody()
    started = ana.start(place)
    ana.codes(sink)
    assert refused(place.again, started, "email")[1] == "quota-exceeded"
    assert refused(place.again, started, "voucher")[1] == "not-found"


def test_a_mailbox_gets_no_more_than_three_and_nobody_is_told(place, sink):
    ana = Somebody()
    texts = [f"+4860199{number:04d}" for number in range(6)]
    answers = [ana.start(place, phone=text) for text in texts]
    assert {(one.awaits, one.link) for one in answers} == {(("email", "phone"), "")}
    for text in texts:
        sink.wait_for(f"{text[1:]}@{GATEWAY}")
    assert len(sink.to(ana.email)) == 3
    last = CODE.search(sink.wait_for(f"{texts[-1][1:]}@{GATEWAY}").text)[0]
    assert refused(place.finish, answers[-1], WRONG, last) == NOT_VERIFIED


def test_every_spelling_of_an_address_is_the_one_to_which_the_code_goes(place, sink):
    ana = Somebody()
    spelled = f"Ana.{Somebody.count}+x@EXAMPLE.org"
    started = ana.start(place, email=spelled)
    codes = ana.codes(sink)
    assert place.finish(started, *codes).email == ana.email
    assert not [m for m in sink.mails if any("+x" in r for r in m.recipients)]


def test_an_address_with_a_slip_proves_nothing_about_the_corrected_one(place, sink):
    started = place.start_check(
        "codes", name="Eve", email="victim.of.slip@gmial.com", phone="+48601239999"
    )
    mail = sink.wait_for("victimofslip@gmail.com")
    assert mail.recipients == ("victimofslip@gmail.com",)
    assert started.awaits == ("email", "phone")


@pytest.mark.parametrize(
    "address",
    [
        "a@example.org\r\nBcc: eve@example.net",
        "a@example.org\nRCPT TO:<eve@example.net>",
        "a@example.org\x00",
        "a@example.org, eve@example.net",
        "a@example.org\u2028eve@example.net",
        "<a@example.org> <eve@example.net>",
        "eve@example.net,a@example.org",
    ],
)
def test_an_injected_address_reaches_one_recipient_at_most(place, sink, address):
    ana = Somebody()
    before = len(sink.mails)
    # Refused, or read as one address: either way is right.
    try:
        ana.start(place, email=address)
        sink.wait_for(f"{ana.digits}@{GATEWAY}")
    except ApiFault as fault:
        answer = (fault.status, b"example" in fault.body)
        if answer != (422, False):
            raise
    new = sink.mails[before:]
    assert {len(mail.recipients) for mail in new} <= {1}
    assert not [m for m in new if b"Bcc" in m.data or b"RCPT" in m.data]


@pytest.mark.parametrize("missing", ["name", "email", "phone"])
def test_what_the_provider_asks_for_is_needed(place, missing):
    ana = Somebody()
    status, kind, detail = refused(lambda: ana.start(place, **{missing: " "}))
    assert (status, kind) == (422, "input-error")
    assert detail.startswith(f"{missing}: ")


def test_registered_or_not_every_answer_is_the_same(place, sink):
    ana, bea = Somebody(), Somebody()
    started = ana.start(place)
    assert place.finish(started, *ana.codes(sink)).verified
    place.close(started)
    known, unknown = ana.start(place), bea.start(place)
    ana.codes(sink, 2)
    bea.codes(sink)

    def shape(one):
        return (one.awaits, one.link, len(one.verification))

    assert shape(known) == shape(unknown)
    for check in (known, unknown):
        found = place.finish(check)
        assert (found.verified, found.known, found.notes) == (False, False, ())
        assert refused(place.finish, check, WRONG, WRONG) == NOT_VERIFIED
    assert len(sink.to(ana.email)[1].data) == len(sink.to(bea.email)[0].data)


def test_two_persons_marks_are_refused_in_the_words_of_a_wrong_code(place, sink):
    ana, bea = Somebody(), Somebody()
    for one in (ana, bea):
        started = one.start(place)
        assert place.finish(started, *one.codes(sink)).verified
        place.close(started)
    started = ana.start(place, phone=f"+{bea.digits}")
    mail = CODE.search(sink.wait_for(ana.email, 2).text)[0]
    text = CODE.search(sink.wait_for(f"{bea.digits}@{GATEWAY}", 2).text)[0]
    assert refused(place.finish, started, mail, text) == NOT_VERIFIED
    place.close(started)


def test_a_mailbox_that_is_refused_is_told_to_the_one_who_asked(place, sink):
    ana = Somebody()
    sink.answers[ana.email] = "550 no such user"
    started = ana.start(place)
    sink.wait_for(f"{ana.digits}@{GATEWAY}")
    while not (notes := place.finish(started).notes):
        pass
    assert notes == ("email-failed",)
    assert ana.email not in place.log()


def test_no_check_is_left_when_somebody_gives_up(place):
    ana = Somebody()
    started = ana.start(place)
    before = place.pending()
    assert place.close(started).day > 0
    assert place.pending() == before - 1
    assert refused(place.finish, started, WRONG, WRONG)[1] == "not-found"


def test_a_kill_leaves_nothing_once_the_registrar_runs_again(
    tmp_path, sink, new_database
):
    with registrar_place(tmp_path, providers(sink.port), new_database) as place:
        ana = Somebody()
        one = place.start_check("codes", name=ana.name, email=ana.email)
        code = CODE.search(sink.wait_for(ana.email).text)[0]
        assert place.finish(one, code).verified
        bea = Somebody()
        place.start_check("codes", name=bea.name, email=bea.email)
        assert place.pending() == 2
        place.registrar.kill()
        assert place.pending() == 2
        place.start()
        assert place.pending() == 0
        assert refused(place.finish, one)[1] == "not-found"
        again = place.start_check("codes", name=ana.name, email=ana.email)
        code = CODE.search(sink.wait_for(ana.email, 2).text)[0]
        assert place.finish(again, code).known
        place.registrar.stop()
        assert place.pending() == 0


def test_when_the_hour_is_full_everybody_is_told_the_same(tmp_path, sink, new_database):
    with registrar_place(
        tmp_path, providers(sink.port, "per_hour = 2"), new_database
    ) as place:
        people = [Somebody() for _ in range(3)]
        for one in people[:2]:
            place.start_check("codes", name="Ana", email=one.email)
        for one in people:
            status, kind, _ = refused(
                lambda email: place.start_check("codes", name="Ana", email=email),
                one.email,
            )
            assert (status, kind) == (429, "quota-exceeded")
        assert place.pending() == 2


def test_without_a_mail_server_nobody_is_invited_to_wait_for_a_code(
    tmp_path, new_database
):
    with registrar_place(tmp_path, providers(1), new_database) as place:
        (entry,) = place.providers()
        assert (entry.name, entry.ready, entry.asks) == (
            *("codes", False, ("name", "email")),
        )


def test_a_code_comes_late_if_the_mail_server_asks_for_patience(
    tmp_path, sink, new_database
):
    with registrar_place(tmp_path, providers(sink.port), new_database) as place:
        ana = Somebody()
        sink.answers[ana.email] = "451 later"
        started = place.start_check("codes", name=ana.name, email=ana.email)
        while "delayed" not in place.log():
            pass
        del sink.answers[ana.email]
        code = CODE.search(sink.wait_for(ana.email).text)[0]
        assert place.finish(started, code).verified


def test_numbers_of_other_countries_are_not_served(tmp_path, sink, new_database):
    more = (
        f'calling_codes = [34]\n[providers.phone]\nkind = "mail"\n'
        f'domain = "{GATEWAY}"\n'
    )
    with registrar_place(tmp_path, providers(sink.port, more), new_database) as place:
        ana = Somebody()
        assert refused(ana.start, place)[1] == "input-error"
        assert ana.start(place, phone="+34 600 123 456").awaits == ("email", "phone")


@pytest.fixture(scope="module")
def gateway():
    with RealGateway() as found:
        yield found


@pytest.fixture(scope="module")
def texting(tmp_path_factory, sink, gateway, new_database):
    folder = tmp_path_factory.mktemp("texting")
    key = folder / "gateway.key"
    key.write_text("a shared key\n")
    key.chmod(0o600)
    more = (
        f'[providers.phone]\nkind = "http"\nurl = "{gateway.url}/send"\n'
        f'erase_url = "{gateway.url}/erase"\nkey_file = "{key}"\n'
    )
    with registrar_place(folder, providers(sink.port, more), new_database) as found:
        yield found


def sent_text(gateway, one):
    """The newest request to send something to this person, and when it was made."""
    while True:
        for path, found, body in reversed(gateway.asked):
            asked = json.loads(body)
            if path == "/send" and asked["to"] == f"+{one.digits}":
                return asked, float(found["alongside-timestamp"])


def test_a_text_through_a_gateway_verifies_a_phone(texting, sink, gateway):
    ana = Somebody()
    started = ana.start(texting)
    mail = CODE.search(sink.wait_for(ana.email).text)[0]
    asked, _ = sent_text(gateway, ana)
    assert texting.finish(started, mail, CODE.search(asked["text"])[0]).verified
    texting.close(started)
    assert texting.pending() == 0


def test_only_a_signed_report_is_believed_and_only_once(texting, gateway):
    ana = Somebody()
    started = ana.start(texting)
    asked, now = sent_text(gateway, ana)
    body = json.dumps({"id": asked["id"], "status": "failed"}).encode()
    url = f"{texting.url}/v1/registrar/gateways/codes/reports"

    def report(more):
        answer = texting.http.post(url, content=body, headers={**JSON, **more})
        return answer.status_code

    assert report({}) == 403
    assert texting.finish(started).notes == ()
    signed = headers(body, now)
    assert [report(signed), report(signed)] == [204, 403]
    assert texting.finish(started).notes == ("phone-failed",)
    texting.close(started)


def test_what_a_gateway_did_not_forget_stays_pending_until_it_did(texting, gateway):
    ana = Somebody()
    started = ana.start(texting)
    asked, _ = sent_text(gateway, ana)
    gateway.status = 503
    assert refused(texting.close, started)[:2] == (503, "not-erased")
    assert texting.pending() == 1
    gateway.status = 202
    assert texting.close(started).day > 0
    assert texting.pending() == 0
    path, _, body = gateway.asked[-1]
    assert path == "/erase"
    assert asked["id"].startswith(json.loads(body)["check"])
