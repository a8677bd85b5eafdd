"""A real SMTP server on loopback that keeps what it is given."""

import asyncio
import datetime as dt
import ipaddress
import ssl
import threading
import time
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from pathlib import Path

from aiosmtpd.smtp import SMTP, AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from escrow.command.layout import free_ports

HOST = "127.0.0.1"
OK = "250 OK"


@dataclass(frozen=True)
class Mail:
    """One message as it went over the wire."""

    sender: str
    recipients: tuple[str, ...]
    data: bytes
    encrypted: bool

    @property
    def message(self):
        return message_from_bytes(self.data, policy=policy.default)

    @property
    def text(self) -> str:
        return self.message.get_content().replace("\r\n", "\n")


@dataclass
class Sink:
    """Everything that arrived; `answers` says what to reply, by recipient."""

    mails: list[Mail] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    logins: list[tuple[str, str]] = field(default_factory=list)
    arrived: threading.Condition = field(default_factory=threading.Condition)
    port: int = 0

    async def handle_RCPT(self, _server, _session, envelope, address, _options):  # noqa: N802
        answer = self.answers.get(address, OK)
        if answer == OK:
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, _server, session, envelope):  # noqa: N802
        mail = Mail(
            envelope.mail_from,
            tuple(envelope.rcpt_tos),
            envelope.content,
            session.ssl is not None,
        )
        with self.arrived:
            self.mails.append(mail)
            self.arrived.notify_all()
        return OK

    def login(self, _server, _session, _envelope, _mechanism, data):
        self.logins.append((data.login.decode(), data.password.decode()))
        return AuthResult(success=data.password == b"right", handled=False)

    def wait_for(self, recipient: str, count: int = 1, seconds: float = 120) -> Mail:
        """The `count`-th message to this address, once it is there."""
        deadline = time.monotonic() + seconds
        with self.arrived:
            while len(found := self.to(recipient)) < count:
                if not self.arrived.wait(deadline - time.monotonic()):
                    message = f"no message {count} of {len(self.mails)} in time"
                    raise AssertionError(message)
        return found[count - 1]

    def to(self, recipient: str) -> list[Mail]:
        return [mail for mail in self.mails if recipient in mail.recipients]


class RunningSink:
    """`with RunningSink() as sink:`; a certificate makes STARTTLS a must.

    Args:
        certificate: PEM files of certificate and key; None for no encryption.
        implicit: TLS from the first byte, instead of STARTTLS.
        auth: Whether somebody has to log in (the password is "right").
        port: Where it listened before; 0 for any.
        sink: That of an earlier run, or one that answers differently.
    """

    kind = SMTP

    def __init__(
        self, certificate=None, *, implicit=False, auth=False, port=0, sink=None
    ):
        self.sink = sink or Sink()
        self.sink.port = port or self.sink.port or free_ports(1)[0]
        tls, options = None, {}
        if certificate is not None:
            tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            tls.load_cert_chain(*map(str, certificate))
        if tls is not None and not implicit:
            options = {"tls_context": tls, "require_starttls": True}
        if auth:
            options |= {"authenticator": self.sink.login, "auth_required": True}
        if auth and implicit:
            options |= {"auth_require_tls": False}
        self._options, self._implicit = options, tls if implicit else None
        self._transports = []
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._up = threading.Event()

    def _run(self) -> None:
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._end = asyncio.Event()
        server = await self._loop.create_server(
            self._protocol, HOST, self.sink.port, ssl=self._implicit
        )
        async with server:
            self._up.set()
            await self._end.wait()
            for transport in self._transports:
                transport.abort()

    def _protocol(self) -> SMTP:
        protocol = self.kind(
            self.sink,
            hostname="sink",
            enable_SMTPUTF8=False,
            loop=self._loop,
            **self._options,
        )
        made = protocol.connection_made

        def remember(transport):
            self._transports.append(transport)
            made(transport)

        protocol.connection_made = remember
        return protocol

    def __enter__(self) -> Sink:
        self._thread.start()
        if not self._up.wait(60):
            message = "the sink does not listen"
            raise AssertionError(message)
        return self.sink

    def __exit__(self, *_error) -> None:
        self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join()


def make_certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1 that signs itself, and its key, as PEM files."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sink")])
    start = dt.datetime.now(dt.UTC)  # noqa: TID251 - a certificate needs a date
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start - dt.timedelta(days=1))
        .not_valid_after(start + dt.timedelta(days=30))
        .add_extension(
            x509.SubjectAlternativeName(
                [x509.IPAddress(ipaddress.ip_address(HOST)), x509.DNSName("localhost")]
            ),
            critical=False,
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(
            x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    paths = folder / "sink.pem", folder / "sink.key"
    paths[0].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    paths[1].write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return paths
