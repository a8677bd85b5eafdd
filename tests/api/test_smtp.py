"""Outgoing mail: one message, one recipient, encrypted beyond this machine (W08)."""

import asyncio

import pytest

from api.smtp import (
    MailDelayed,
    Mailer,
    MailRefused,
    SmtpSection,
    check_address,
    check_smtp,
    compose,
    place_smtp,
)
from blind_index.errors import InputError
from tests.smtp_sink import HOST, RunningSink, make_certificate

SENDER = "desk@example.org"
ANA = "ana@example.net"


def section(sink, **more):
    return SmtpSection(host=HOST, port=sink.port, sender=SENDER, **more)


def run(work):
    """Run it, and let the connection finish closing before the loop ends."""

    async def wait():
        try:
            return await work
        finally:
            await asyncio.sleep(0.05)

    return asyncio.run(wait())


def send(settings, recipient=ANA, subject="Your code", text="1234\n"):
    run(Mailer(settings).send(recipient, subject, text))


def password_file(folder, word="right"):
    path = folder / "password"
    path.write_text(f"{word}\n")
    path.chmod(0o600)
    return str(path)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    return make_certificate(tmp_path_factory.mktemp("tls"))


def test_one_message_arrives_as_it_was_written():
    with RunningSink() as sink:
        send(section(sink, security="none"), text="Código: 12\n")
    (mail,) = sink.mails
    assert (mail.sender, mail.recipients) == (SENDER, (ANA,))
    assert mail.text == "Código: 12\n"
    headers = {name.lower() for name in mail.message}
    assert headers == {
        *("from", "to", "subject", "date", "message-id"),
        *("mime-version", "content-type", "content-transfer-encoding"),
    }
    assert mail.message["message-id"].endswith("@example.org>")


def test_starttls_with_a_known_authority_and_a_login(certificate, tmp_path):
    with RunningSink(certificate, auth=True) as sink:
        settings = section(
            sink,
            username="desk",
            password_file=password_file(tmp_path),
            ca_file=str(certificate[0]),
        )
        assert run(Mailer(settings).reachable())
        send(settings)
    assert [mail.encrypted for mail in sink.mails] == [True]
    assert set(sink.logins) == {("desk", "right")}


def test_tls_from_the_first_byte(certificate):
    with RunningSink(certificate, implicit=True) as sink:
        send(section(sink, security="tls", ca_file=str(certificate[0])))
    assert len(sink.mails) == 1


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_certificate_nobody_vouches_for_gets_no_mail(certificate, security):
    with RunningSink(certificate, implicit=security == "tls") as sink:
        settings = section(sink, security=security)
        assert not run(Mailer(settings).reachable())
        with pytest.raises(MailDelayed):
            send(settings)
    assert sink.mails == []


def test_a_server_that_offers_no_encryption_gets_no_mail():
    with RunningSink() as sink, pytest.raises(MailDelayed):
        send(section(sink))
    assert sink.mails == []


def test_a_wrong_password_may_be_put_right(certificate, tmp_path):
    with RunningSink(certificate, auth=True) as sink:
        settings = section(
            sink,
            username="desk",
            password_file=password_file(tmp_path, "wrong"),
            ca_file=str(certificate[0]),
        )
        with pytest.raises(MailDelayed):
            send(settings)
    assert sink.mails == []


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ("450 later", MailDelayed),
        ("452 full", MailDelayed),
        ("550 unknown", MailRefused),
        ("554 no", MailRefused),
    ],
)
def test_what_the_server_says_decides_whether_to_try_again(answer, kind):
    with RunningSink() as sink:
        sink.answers[ANA] = answer
        with pytest.raises(kind) as refused:
            send(section(sink, security="none"))
    assert ANA not in str(refused.value)
    assert refused.value.__suppress_context__


def test_no_server_is_a_reason_to_try_again():
    with RunningSink() as sink:
        settings = section(sink, security="none")
    with pytest.raises(MailDelayed):
        send(settings)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "ana",
        "ana@",
        "@example.org",
        "ana@example.org, eve@example.net",
        "ana@example.org,eve@example.net",
        "ana@example.org;eve@example.net",
        "ana@example.org eve@example.net",
        "ana@example.org\r\nBcc: eve@example.net",
        "ana@example.org\nRCPT TO:<eve@example.net>",
        "ana@example.org\r",
        "ana@example.org\n",
        "ana\x00@example.org",
        "ana@example.org\x00",
        "ana@example.org\u2028Bcc: eve@example.net",
        "ana@example.org\u2029",
        "ana@example.org\x85",
        "ana@example.org\x0b",
        "Ana <ana@example.org>",
        "<ana@example.org>",
        '"ana"@example.org',
        "ana@eve.net@example.org",
        "ana@[127.0.0.1]",
        "ana%eve@example.org>",
        "(x)ana@example.org",
        "ana@exa\u200bmple.org",
        "an\u00e4@example.org",
        "ana..b@example.org",
        ".ana@example.org",
        "ana@example..org",
        "ana@-example.org",
        f"{'a' * 65}@example.org",
        f"ana@{'b' * 250}.org",
        "$NAME:ana@example.org",
    ],
)
def test_what_is_not_one_plain_address_never_reaches_a_server(address):
    with RunningSink() as sink, pytest.raises(MailRefused):
        send(section(sink, security="none"), recipient=address)
    assert sink.mails == []


@pytest.mark.parametrize(
    "address", [ANA, "a.b+c@x-1.example", "48601234567@sms.example.net", "a@localhost"]
)
def test_plain_addresses_are_taken(address):
    check_address(address)


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("Code\r\nBcc: eve@example.net", "x\n"),
        ("Code\nX", "x\n"),
        ("Code\u2028X", "x\n"),
        ("Code\x00", "x\n"),
        ("Code", "x\r\n.\r\nMAIL FROM:<a@b>"),
        ("Code", "x\x00"),
        ("Code", "x\u2029"),
    ],
)
def test_line_breaks_in_a_header_and_controls_in_a_text_are_refused(subject, text):
    with pytest.raises(MailRefused):
        compose(ANA, subject, text, sender=SENDER)


def test_a_line_with_a_single_dot_does_not_end_the_message():
    with RunningSink() as sink:
        send(section(sink, security="none"), text="a\n.\nRCPT TO:<eve@example.net>\n")
    (mail,) = sink.mails
    assert mail.text == "a\n.\nRCPT TO:<eve@example.net>\n"


@pytest.mark.parametrize(
    "settings",
    [
        SmtpSection("mail.example.org", SENDER, security="none"),
        SmtpSection(HOST, "a@b.c, d@e.f"),
        SmtpSection(HOST, SENDER, username="x"),
        SmtpSection(HOST, SENDER, password_file="/x"),
        SmtpSection(HOST, SENDER, username="x", password_file="/nowhere"),
    ],
)
def test_unsafe_settings_are_refused(settings):
    with pytest.raises(InputError):
        check_smtp(settings)


def test_a_password_that_others_may_read_is_refused(tmp_path):
    settings = SmtpSection(
        HOST, SENDER, username="x", password_file=password_file(tmp_path)
    )
    check_smtp(settings)
    (tmp_path / "password").chmod(0o640)
    with pytest.raises(InputError, match="read by others"):
        check_smtp(settings)
    (tmp_path / "password").chmod(0o600)
    (tmp_path / "password").write_text("\n")
    with pytest.raises(InputError, match="empty"):
        check_smtp(settings)


def test_a_login_is_never_sent_in_the_clear(tmp_path):
    settings = SmtpSection(
        *(HOST, SENDER, 25, "none", "x", password_file(tmp_path)),
    )
    with pytest.raises(InputError, match="in the clear"):
        check_smtp(settings)


def test_paths_start_at_the_file_that_names_them(tmp_path):
    given = SmtpSection(HOST, SENDER, password_file="a", ca_file="b")
    placed = place_smtp(given, tmp_path)
    assert placed.password_file == str(tmp_path / "a")
    assert placed.ca_file == str(tmp_path / "b")


def test_an_authority_that_cannot_be_read_is_named(tmp_path):
    with pytest.raises(InputError, match="ca_file"):
        Mailer(SmtpSection(HOST, SENDER, ca_file=str(tmp_path / "none")))
