"""How a code travels: by mail, as a text through mail, as a text over HTTP."""

# ruff: noqa: D102 - each method is described in the protocol

from typing import Final, Protocol

from api.smtp import Mailer, MailRefused
from escrow.messages.codec import Nonce

# One neutral text in every language: it says neither what for nor who asks.
_SUBJECT: Final = "Your code"
_MAIL: Final = """\
Your code: {code}
Su código: {code}
رمزك: {code}

It is valid for {minutes} minutes. If you did not ask for it, ignore this message.
Es válido durante {minutes} minutos. Si no lo pidió, ignore este mensaje.
صالح لمدة {minutes} دقيقة. إذا لم تطلبه فتجاهل هذه الرسالة.
"""
# Plain ASCII: gateways shorten, drop or garble anything else.
_TEXT: Final = "Code / codigo: {code}\n"


class Carrier(Protocol):
    """Carries a code to one normalised address or number.

    `carry` raises MailDelayed where trying again may help, else MailRefused; `part`
    tells the messages of one check apart. `failed` and `delivered` say what became
    of what was carried under a reference. `erase` has a gateway forget it.
    """

    async def carry(
        self, reference: Nonce, part: int, address: str, code: str
    ) -> None: ...
    def outcome(self, reference: Nonce) -> str: ...
    async def erase(self, reference: Nonce) -> None: ...
    async def reachable(self) -> bool: ...
    async def close(self) -> None: ...


class MailCarrier:
    """`Carrier` to a mailbox."""

    def __init__(self, mailer: Mailer, minutes: float) -> None:
        self._mailer = mailer
        self._minutes = minutes

    async def carry(
        self,
        reference: Nonce,  # noqa: ARG002
        part: int,  # noqa: ARG002
        address: str,
        code: str,
    ) -> None:
        text = _MAIL.format(code=code, minutes=f"{self._minutes:g}")
        await self._mailer.send(address, _SUBJECT, text)

    def outcome(self, reference: Nonce) -> str:  # noqa: ARG002
        """Nothing is heard of a mail that was taken."""
        return ""

    async def erase(self, reference: Nonce) -> None:
        """The mail server's own logs are its operator's; see the deployment guide."""

    async def reachable(self) -> bool:
        return await self._mailer.reachable()

    async def close(self) -> None:
        """Connections end with their message."""


class MailToTextCarrier(MailCarrier):
    """`Carrier` to a phone through a gateway that takes mail to `number@domain`."""

    def __init__(self, mailer: Mailer, domain: str) -> None:
        super().__init__(mailer, 0)
        self._domain = domain

    async def carry(
        self,
        reference: Nonce,  # noqa: ARG002
        part: int,  # noqa: ARG002
        address: str,
        code: str,
    ) -> None:
        digits = address.removeprefix("+")
        if not (digits.isascii() and digits.isdecimal()):
            raise MailRefused("the recipient is not a number")
        await self._mailer.send(
            f"{digits}@{self._domain}", _SUBJECT, _TEXT.format(code=code)
        )


def text_message(code: str) -> str:
    """What a phone shows."""
    return _TEXT.format(code=code).strip()
