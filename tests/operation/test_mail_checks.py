"""What the DNS says about a sender, asked of a real name server."""

import socketserver
import threading
from contextlib import contextmanager

import dns.message
import dns.rcode
import dns.resolver
import dns.rrset
import pytest

from escrow.operation.doctor import run_checks
from escrow.operation.mail_checks import mail_records

SPF = "v=spf1 mx -all"
DMARC = "v=DMARC1; p=quarantine"


@contextmanager
def name_server(records):
    """A name server on this machine; a resolver that asks it."""

    class Handler(socketserver.BaseRequestHandler):
        def handle(self):
            data, socket = self.request
            query = dns.message.from_wire(data)
            name = query.question[0].name
            answer = dns.message.make_response(query)
            texts = records.get(name.to_text().rstrip("."))
            if texts is None:
                answer.set_rcode(dns.rcode.NXDOMAIN)
            elif texts:
                rows = [f'"{text}"' for text in texts]
                answer.answer.append(dns.rrset.from_text(name, 60, "IN", "TXT", *rows))
            socket.sendto(answer.to_wire(), self.client_address)

    server = socketserver.UDPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    asked = dns.resolver.Resolver(configure=False)
    asked.nameservers, asked.port = ["127.0.0.1"], server.server_address[1]
    try:
        yield asked
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.mark.parametrize(
    ("spf", "dmarc", "states"),
    [
        ([SPF], [DMARC], ["OK", "OK"]),
        ([SPF, "other=1"], [DMARC], ["OK", "OK"]),
        ([SPF, SPF + " "], [DMARC], ["WARN", "OK"]),
        ([], None, ["WARN", "WARN"]),
        (None, ["v=DMARC2"], ["WARN", "WARN"]),
    ],
)
def test_a_sender_is_looked_up(spf, dmarc, states):
    records = {"example.org": spf, "_dmarc.example.org": dmarc}
    with name_server(records) as asked:
        found = list(mail_records("notes@example.org", "", asked))
    assert [one.state for one in found] == [*states, "WARN"]
    assert all(bool(one.fix) == (one.state == "WARN") for one in found)


@pytest.mark.parametrize(
    ("texts", "state"),
    [
        (["v=DKIM1; k=rsa; p=MIIBIjANBgkqh"], "OK"),
        (["p=MIIBIjANBgkqh", "unrelated"], "OK"),
        (["v=DKIM1; p="], "WARN"),
        (["p=MIIBIjANBgkqh", "v=DKIM1; p=MIIBIjANBgkqi"], "WARN"),
        ([], "WARN"),
        (None, "WARN"),
    ],
)
def test_the_key_of_a_named_selector_is_looked_up(texts, state):
    records = {"s1._domainkey.example.org": texts}
    with name_server(records) as asked:
        *_, found = mail_records("notes@example.org", "s1", asked)
    assert (found.check, found.state) == ("DKIM", state)


def test_a_name_server_that_is_away_is_a_finding_of_its_own():
    asked = dns.resolver.Resolver(configure=False)
    asked.nameservers, asked.port, asked.lifetime = ["127.0.0.1"], 9, 0.5
    found = run_checks(
        [("mail", lambda: list(mail_records("a@example.org", "", asked)))]
    )
    assert [one.state for one in found] == ["FAIL"]
