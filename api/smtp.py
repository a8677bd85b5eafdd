"""One plain message to one address, over SMTP.

A table of the configuration file says how mail leaves::

    [smtp]
    host = "mail.example.org"
    # 587 with STARTTLS, 465 with TLS from the first byte.
    port = 587
    # "starttls", "tls", or "none": the last for this machine only.
    security = "starttls"
    sender = "desk@example.org"
    # Left out, nobody logs in.
    # username = "desk"
    # A file that its owner alone may read (mode 600).
    # password_file = "/etc/alongside/smtp.password"
    # Authorities to trust instead of the system's.
    # ca_file = "/etc/alongside/mail-ca.pem"
    # The selector of the mail server's published DKIM key, for the doctor.
    # dkim_selector = "mail"

A message has one recipient, fixed headers and no link; whatever could add a header, a
line or a second recipient is refused before a connection is opened (W08).
"""

import re
import ssl
import unicodedata
from collections.abc import Awaitable, Callable
from email.message import EmailMessage
from email.utils import formatdate
from pathlib import Path
from typing import Final, Literal

import aiosmtplib
import msgspec

from api.key_files import read_secret
from blind_index.errors import AlongsideError, InputError
from blind_index.randomness import SYSTEM, Randomness
from escrow.operation.database.address import is_loopback

_SECONDS: Final = 30.0
_ADDRESS: Final = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@(?:[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9])?\.)*"
    r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
)
_LONGEST_ADDRESS: Final = 254
_LONGEST_LOCAL: Final = 64
_LINE_BREAKERS: Final = frozenset({"Cc", "Zl", "Zp", "Cs"})
_PERMANENT: Final = 500
_BUSY: Final = frozenset({421, 450, 451, 452})


class SmtpSection(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How mail leaves; relative paths start at the configuration file's folder."""

    host: str
    sender: str
    port: int = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    username: str = ""
    password_file: str = ""
    ca_file: str = ""
    dkim_selector: str = ""


class MailDelayed(AlongsideError):
    """Not sent for a reason that may pass: try again later."""


class MailRefused(AlongsideError):
    """Not sent, and trying again would not help."""


class MailUnclear(AlongsideError):
    """Its text was on its way when the server fell silent: nobody knows."""


def place_smtp(section: SmtpSection, folder: Path) -> SmtpSection:
    """The same with paths that do not depend on where the program starts."""
    return msgspec.structs.replace(
        section,
        password_file=str(folder / section.password_file)
        if section.password_file
        else "",
        ca_file=str(folder / section.ca_file) if section.ca_file else "",
    )


def check_smtp(section: SmtpSection) -> None:
    """Refuse to carry mail in the clear beyond this machine, or half a login.

    Raises:
        InputError: Naming the setting; also for an unreadable password file.
    """
    if section.security == "none" and not is_loopback(section.host):
        raise InputError(
            "smtp.security",
            "mail may leave this machine encrypted only",
            'Set it to "starttls" or "tls".',
        )
    if bool(section.username) != bool(section.password_file):
        raise InputError("smtp.username", "needs password_file, and the reverse")
    if section.password_file:
        if section.security == "none":
            raise InputError("smtp.password_file", "is never sent in the clear")
        read_secret(Path(section.password_file))
    try:
        check_address(section.sender)
    except MailRefused:
        raise InputError("smtp.sender", "is not one plain e-mail address") from None


def check_address(address: str) -> None:
    """Refuse what is not exactly one address in its plain ASCII form.

    Raises:
        MailRefused: Commas, spaces, quotes, angle brackets, line breaks, NUL and
            everything beyond ASCII among it; the text never repeats it.
    """
    local = address.partition("@")[0]
    if (
        _ADDRESS.fullmatch(address) is None
        or len(address) > _LONGEST_ADDRESS
        or len(local) > _LONGEST_LOCAL
    ):
        raise MailRefused("the recipient is not one plain e-mail address")


def compose(
    recipient: str,
    subject: str,
    text: str,
    *,
    sender: str,
    randomness: Randomness = SYSTEM,
) -> EmailMessage:
    r"""A message with five headers of its own and a plain text; draws 16 bytes.

    Args:
        recipient: One address.
        subject: One line.
        text: Lines that end in `\n`; no other control characters.
        sender: Whom it is from; the domain also stands in the message's id.
        randomness: For the id, so that it says nothing of this machine.

    Raises:
        MailRefused: Something that could add a header or a recipient.
    """
    check_address(recipient)
    check_address(sender)
    if _breaks_line(subject) or _breaks_line(text.replace("\n", "")):
        raise MailRefused("a header or the text holds control characters")
    message = EmailMessage()
    message["From"] = sender
    message["To"] = recipient
    message["Subject"] = subject
    message["Date"] = formatdate()
    message["Message-ID"] = f"<{randomness(16).hex()}@{sender.rpartition('@')[2]}>"
    message.set_content(text)
    return message


def _breaks_line(text: str) -> bool:
    return any(unicodedata.category(sign) in _LINE_BREAKERS for sign in text)


class Mailer:
    """Sends through one server; a connection for each message."""

    def __init__(self, section: SmtpSection) -> None:
        """Read the password and the authorities.

        Raises:
            InputError: The section does not hold what `check_smtp` asks for.
        """
        check_smtp(section)
        self._section = section
        self._password = (
            read_secret(Path(section.password_file)) if section.password_file else None
        )
        self._tls = _tls_context(section)

    async def send(self, recipient: str, subject: str, text: str) -> None:
        """Hand one message to the server.

        Raises:
            MailDelayed: No connection, a bad certificate, or "later" (4xx).
            MailRefused: The recipient or the message, for good (5xx).
        """
        sender = self._section.sender
        message = compose(recipient, subject, text, sender=sender)
        try:
            async with self._connection() as server:
                await server.send_message(message, sender=sender, recipients=recipient)
        except (aiosmtplib.SMTPException, OSError) as error:
            raise _reason(error) from None

    async def hand_over(
        self, recipient: str, data: bytes, commit: Callable[[], Awaitable[bool]]
    ) -> None:
        """Hand over a whole message; its text is sent after `commit` alone.

        Args:
            recipient: One address.
            data: Headers and text in ASCII, lines ended by CR LF.
            commit: Awaited once the server takes the recipient. If it says False,
                nothing is sent.

        Raises:
            MailDelayed: Not accepted, for a reason that may pass.
            MailRefused: Not accepted, for good.
            MailUnclear: The server fell silent after `commit`.
        """
        check_address(recipient)
        sent = committed = False
        try:
            async with self._connection() as server:
                await server.mail(self._section.sender)
                await server.rcpt(recipient)
                committed = await commit()
                if committed:
                    await server.data(data)
                    sent = True
        except (aiosmtplib.SMTPException, OSError) as error:
            if sent:
                return  # how they part does not matter any more
            told = isinstance(error, aiosmtplib.SMTPResponseException)
            if committed and not told:
                raise MailUnclear("the mail server fell silent") from None
            raise _reason(error) from None

    async def reachable(self) -> bool:
        """Whether the server answers, encrypts as asked, and knows the password."""
        try:
            async with self._connection() as server:
                await server.noop()
        except (aiosmtplib.SMTPException, OSError):
            return False
        return True

    def _connection(self) -> aiosmtplib.SMTP:
        section = self._section
        password = None if self._password is None else self._password.reveal()
        return aiosmtplib.SMTP(
            hostname=section.host,
            port=section.port,
            username=section.username or None,
            password=password,
            # Never the name of this machine.
            local_hostname=section.sender.rpartition("@")[2],
            timeout=_SECONDS,
            use_tls=section.security == "tls",
            start_tls=section.security == "starttls",
            tls_context=self._tls,
        )


def _tls_context(section: SmtpSection) -> ssl.SSLContext | None:
    if section.security == "none":
        return None
    try:
        context = ssl.create_default_context(cafile=section.ca_file or None)
    except OSError:
        raise InputError("smtp.ca_file", "cannot be read") from None
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _reason(error: Exception) -> MailDelayed | MailRefused:
    """What is worth another try; the server's own words may hold the address."""
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused):
        code = min(one.code for one in error.recipients)
    elif isinstance(error, aiosmtplib.SMTPAuthenticationError):
        # The operator can put it right while the message waits.
        return MailDelayed("the mail server refused the login")
    elif isinstance(error, aiosmtplib.SMTPResponseException):
        code = error.code
    else:
        return MailDelayed(f"no mail server: {type(error).__name__}")
    if code in _BUSY or code < _PERMANENT:
        return MailDelayed(f"the mail server said {code}")
    return MailRefused(f"the mail server said {code}")
