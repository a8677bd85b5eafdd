"""Text gateways over HTTP: signed requests, signed reports, each once."""

import asyncio
import base64
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from nacl.signing import SigningKey

from api.registrar.gateway_signature import (
    SIGNATURE_HEADER,
    TIME_HEADER,
    WINDOW_SECONDS,
    Callbacks,
    ed25519_verifier,
    hmac_verifier,
    sign_request,
)
from api.registrar.http_carrier import Gateway, HttpCarrier
from api.smtp import MailDelayed, MailRefused
from blind_index.secret import SecretBytes
from escrow.errors import InvalidSignature, MalformedMessage
from escrow.messages.codec import Nonce

KEY = SecretBytes(b"a shared key")
NOW = 1_800_000_000.0
CHECK = Nonce(bytes(range(16)))


class RealGateway(ThreadingHTTPServer):
    """Keeps what it is asked, and answers with `status`."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.status, self.asked = 202, []
        self.url = f"http://127.0.0.1:{self.server_port}"

    def __enter__(self):
        self.thread = threading.Thread(target=self.serve_forever)
        self.thread.start()
        return self

    def __exit__(self, *_error):
        self.shutdown()
        self.thread.join()
        self.server_close()


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.asked.append((self.path, dict(self.headers), body))
        self.send_response(self.server.status)
        if self.server.status == 302:
            self.send_header("location", f"{self.server.url}/elsewhere")
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_arguments):
        pass


def headers(body, seconds=NOW, key=KEY):
    return sign_request(key, body, seconds)


def callbacks(verify=None):
    return Callbacks(verify or hmac_verifier(KEY), lambda: NOW)


def carrier(url, erase=""):
    return HttpCarrier(Gateway(url, erase, KEY), callbacks(), lambda: NOW)


def used(found, work):
    async def wait():
        try:
            return await work(found)
        finally:
            await found.close()

    return asyncio.run(wait())


def carry(found):
    return used(found, lambda c: c.carry(CHECK, 1, "+48601234567", "1234 5678"))


def test_a_request_is_signed_over_its_time_and_body():
    with RealGateway() as gateway:
        carry(carrier(f"{gateway.url}/send"))
        ((path, sent, body),) = gateway.asked
    assert path == "/send"
    assert json.loads(body) == {
        "id": f"{CHECK.hex()}-1",
        "to": "+48601234567",
        "text": "Code / codigo: 1234 5678",
    }
    found = {name.lower(): value for name, value in sent.items()}
    Callbacks(hmac_verifier(KEY), lambda: NOW).check(found, body)
    other = SecretBytes(b"another key")
    with pytest.raises(InvalidSignature):
        Callbacks(hmac_verifier(other), lambda: NOW).check(found, body)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, MailRefused),
        (403, MailRefused),
        (429, MailDelayed),
        (408, MailDelayed),
        (503, MailDelayed),
        (302, MailDelayed),
    ],
)
def test_the_status_decides_whether_to_try_again(status, kind):
    with RealGateway() as gateway:
        gateway.status = status
        with pytest.raises(kind) as refused:
            carry(carrier(gateway.url))
    assert len(gateway.asked) == 1
    assert "601234567" not in str(refused.value)


def test_a_gateway_that_is_away_is_a_reason_to_try_again():
    with RealGateway() as gateway:
        url = gateway.url
    with pytest.raises(MailDelayed):
        carry(carrier(url))


def test_a_gateway_is_asked_to_forget_a_check():
    with RealGateway() as gateway:
        used(carrier("http://127.0.0.1:1", gateway.url), lambda c: c.erase(CHECK))
        ((_, sent, body),) = gateway.asked
        assert json.loads(body) == {"check": CHECK.hex()}
        callbacks().check({k.lower(): v for k, v in sent.items()}, body)
        gateway.status = 500
        with pytest.raises(MailDelayed):
            used(carrier("http://127.0.0.1:1", gateway.url), lambda c: c.erase(CHECK))


def report(status, check=CHECK):
    return json.dumps({"id": f"{check.hex()}-1", "status": status}).encode()


def reported(*bodies):
    with RealGateway() as gateway:

        async def work(found):
            await found.carry(CHECK, 1, "+48601234567", "1234 5678")
            for body in bodies:
                found.report(headers(body), body)
            return found.outcome(CHECK)

        return used(carrier(gateway.url), work)


def test_a_report_says_what_became_of_a_message():
    assert reported() == ""
    assert reported(report("accepted")) == ""
    assert reported(report("delivered")) == "delivered"
    assert reported(report("failed")) == "failed"
    other = Nonce(b"x" * 16)
    assert reported(report("failed", other)) == ""


@pytest.mark.parametrize(
    "body",
    [b"", b"{}", b'{"id":"zz-1","status":"failed"}', b'{"id":"00-1","status":1}'],
)
def test_a_signed_report_that_is_none_is_refused(body):
    with pytest.raises(MalformedMessage):
        reported(body)


def test_a_report_counts_once():
    found, body = callbacks(), report("delivered")
    found.check(headers(body), body)
    with pytest.raises(InvalidSignature):
        found.check(headers(body), body)
    again = report("failed")
    found.check(headers(again), again)


def forgeries(body):
    """Header sets and bodies that no gateway sent just now."""
    good, late = headers(body), NOW - WINDOW_SECONDS - 1
    early = NOW + WINDOW_SECONDS + 1
    return {
        "no headers": ({}, body),
        "no signature": ({TIME_HEADER: good[TIME_HEADER]}, body),
        "no time": ({SIGNATURE_HEADER: good[SIGNATURE_HEADER]}, body),
        "another body": (good, body + b" "),
        "another time": ({**good, TIME_HEADER: str(int(NOW) + 1)}, body),
        "not ASCII": ({**good, SIGNATURE_HEADER: "é" * 64}, body),
        "shorter": ({**good, SIGNATURE_HEADER: good[SIGNATURE_HEADER][:-1]}, body),
        "a fraction": ({**good, TIME_HEADER: f"{good[TIME_HEADER]}.0"}, body),
        "a huge time": ({**good, TIME_HEADER: "9" * 5000}, body),
        "too late": (headers(body, late), body),
        "too early": (headers(body, early), body),
        "another key": (headers(body, key=SecretBytes(b"x")), body),
    }


@pytest.mark.parametrize("change", forgeries(b""))
def test_what_the_gateway_did_not_sign_just_now_is_refused(change):
    found = forgeries(report("delivered"))[change]
    with pytest.raises(InvalidSignature, match="not a callback of the gateway"):
        callbacks().check(*found)


def test_a_gateway_may_sign_with_its_own_key():
    key, body = SigningKey(bytes(32)), report("delivered")
    found = callbacks(ed25519_verifier(key.verify_key.encode()))
    signed = str(int(NOW)).encode() + b"." + body
    raw = key.sign(signed).signature
    text = base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
    good = {TIME_HEADER: str(int(NOW)), SIGNATURE_HEADER: text}
    for bad in ("", "=", text[:-4], "A" * 86, headers(body)[SIGNATURE_HEADER]):
        with pytest.raises(InvalidSignature):
            found.check({**good, SIGNATURE_HEADER: bad}, body)
    found.check(good, body)
    with pytest.raises(InvalidSignature):
        found.check(good, body)
