"""The demonstration's mail server: keeps what it is given, and passes nothing on."""

from email import message_from_bytes, policy
from pathlib import Path
from typing import Final, NamedTuple, Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from escrow.command.layout_configs import HOST

_TAKEN: Final = "250 OK"


class Caught(NamedTuple):
    """A note as it arrived."""

    recipient: str
    subject: str
    text: str


class _Keeper:
    """Writes every message to a file of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def handle_DATA(  # noqa: N802 - the library's name
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        content = envelope.content
        data = content.encode() if isinstance(content, str) else content or b""
        number = len(list(self._folder.glob("*.eml"))) + 1
        (self._folder / f"{number:04}.eml").write_bytes(data)
        return _TAKEN


class MailCatcher:
    """Listens on this machine alone; used as a context manager.

    Args:
        folder: Where messages are kept; made if it is not there.
        port: Free.
    """

    def __init__(self, folder: Path, port: int) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.folder = folder
        self._controller = Controller(_Keeper(folder), hostname=HOST, port=port)

    def __enter__(self) -> Self:
        """Begin to listen."""
        self._controller.start()
        return self

    def __exit__(self, *_: object) -> None:
        """End."""
        self._controller.stop()

    def caught(self) -> list[Caught]:
        """Everything that arrived so far, in order."""
        return [_read(path.read_bytes()) for path in sorted(self.folder.glob("*.eml"))]


def _read(data: bytes) -> Caught:
    message = message_from_bytes(data, policy=policy.default)
    text = str(message.get_content()).strip()
    return Caught(str(message["to"]), str(message["subject"]).strip(), text)
