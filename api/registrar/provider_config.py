"""The `[[providers]]` of a registrar's configuration file.

Each has a `kind`, a `name` by which clients ask for it, and the `level` that its
credentials carry; the API's operator lists the levels that count. What each setting
means stands in the example of `api.registrar.config`.
"""

import base64
import binascii
from pathlib import Path
from typing import Final, Literal
from urllib.parse import urlsplit

import msgspec

from api.key_files import read_secret
from api.registrar.openid_issuer import check_issuer
from blind_index.errors import InputError
from escrow.messages.codec import PublicKey
from escrow.operation.database.address import is_loopback

_KEY_BYTES: Final = 32
_MOST_MINUTES: Final = 60


class DemoSection(
    msgspec.Struct,
    frozen=True,
    forbid_unknown_fields=True,
    tag_field="kind",
    tag="demo",
):
    """Believes everybody."""

    name: str = "demo"
    level: str = "demo"


class MailPhone(
    msgspec.Struct,
    frozen=True,
    forbid_unknown_fields=True,
    tag_field="kind",
    tag="mail",
):
    """Texts as mail to `number@domain`."""

    domain: str


class HttpPhone(
    msgspec.Struct,
    frozen=True,
    forbid_unknown_fields=True,
    tag_field="kind",
    tag="http",
):
    """Texts through a gateway over HTTP; see `api.registrar.http_carrier`."""

    url: str
    key_file: str
    erase_url: str = ""
    report_key: str = ""


class CodesSection(
    msgspec.Struct,
    frozen=True,
    forbid_unknown_fields=True,
    tag_field="kind",
    tag="codes",
):
    """Codes by mail and phone."""

    name: str = "codes"
    level: str = "email+phone"
    minutes: float = 15
    per_hour: int = 600
    calling_codes: tuple[int, ...] = ()
    phone: MailPhone | HttpPhone | None = None


class OpenIdSection(
    msgspec.Struct,
    frozen=True,
    forbid_unknown_fields=True,
    tag_field="kind",
    tag="openid",
):
    """An OpenID provider's word; see `api.registrar.openid_provider`."""

    title: str
    issuer: str
    client_id: str
    name: str = "openid"
    level: str = "openid"
    client_secret_file: str = ""
    auth_method: Literal["client_secret_basic", "client_secret_post", "none"] = (
        "client_secret_basic"
    )
    scopes: tuple[str, ...] = ("openid", "profile", "email")
    require: tuple[Literal["email", "phone"], ...] = ("email",)
    trust_frameworks: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()


class Referee(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody who checks people face to face; `key` in unpadded base64url."""

    name: str
    key: str
    per_year: int = 100


class VoucherSection(
    msgspec.Struct,
    frozen=True,
    forbid_unknown_fields=True,
    tag_field="kind",
    tag="voucher",
):
    """A referee's word, on paper; see `api.registrar.voucher_provider`."""

    referees: tuple[Referee, ...]
    name: str = "voucher"
    level: str = "referee"


ProviderSection = DemoSection | CodesSection | OpenIdSection | VoucherSection


def check_section(section: ProviderSection) -> None:
    """Refuse numbers and addresses that would be unsafe.

    Raises:
        InputError: Naming the setting.
    """
    if isinstance(section, CodesSection):
        _check_codes(section)
    if isinstance(section, OpenIdSection):
        _check_openid(section)
    if isinstance(section, VoucherSection):
        referee_keys(section)


def referee_keys(section: VoucherSection) -> dict[PublicKey, int]:
    """How many vouchers in a year each referee may make, by her key.

    Raises:
        InputError: A key that is none, or stands there twice.
    """
    found = {
        PublicKey(public_key_of("providers.referees.key", one.key)): one.per_year
        for one in section.referees
    }
    if len(found) < len(section.referees):
        raise InputError("providers.referees.key", "belongs to two referees")
    return found


def _check_openid(section: OpenIdSection) -> None:
    check_issuer(section.issuer)
    if not section.require:
        raise InputError("providers.require", "must name email, phone or both")
    if "openid" not in section.scopes:
        raise InputError("providers.scopes", "must hold openid")
    secret = section.auth_method != "none"
    if secret != bool(section.client_secret_file):
        raise InputError("providers.client_secret_file", "does not fit auth_method")
    if secret:
        read_secret(Path(section.client_secret_file))


def _check_codes(section: CodesSection) -> None:
    if not 0 < section.minutes <= _MOST_MINUTES:
        raise InputError("providers.minutes", "must be above 0 and at most 60")
    if section.per_hour < 1:
        raise InputError("providers.per_hour", "must be positive")
    if isinstance(section.phone, HttpPhone):
        check_https("providers.phone.url", section.phone.url)
        if section.phone.erase_url:
            check_https("providers.phone.erase_url", section.phone.erase_url)
        read_secret(Path(section.phone.key_file))
        report_key(section.phone)


def report_key(phone: HttpPhone) -> bytes | None:
    """The gateway's Ed25519 key; None where it signs with the shared key.

    Raises:
        InputError: It is not one.
    """
    if not phone.report_key:
        return None
    return public_key_of("providers.phone.report_key", phone.report_key)


def public_key_of(field: str, text: str) -> bytes:
    """An Ed25519 key from unpadded base64url.

    Raises:
        InputError: `field`, when it is not 32 bytes so written.
    """
    try:
        padded = text + "=" * (-len(text) % 4)
        key = base64.b64decode(padded, altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != _KEY_BYTES:
        raise InputError(field, "is not an Ed25519 key in unpadded base64url")
    return key


def check_https(field: str, url: str) -> None:
    """Refuse an address that is neither https nor this machine's.

    Raises:
        InputError: `field`.
    """
    parts = urlsplit(url)
    near = parts.scheme == "http" and is_loopback(parts.hostname or "")
    if not (parts.scheme == "https" and parts.hostname) and not near:
        raise InputError(field, "must be https:// beyond this machine")


def place_section(section: ProviderSection, folder: Path) -> ProviderSection:
    """The same with paths that do not depend on where the program starts."""
    if isinstance(section, CodesSection) and isinstance(section.phone, HttpPhone):
        phone = msgspec.structs.replace(
            section.phone, key_file=str(folder / section.phone.key_file)
        )
        return msgspec.structs.replace(section, phone=phone)
    if isinstance(section, OpenIdSection) and section.client_secret_file:
        secret = str(folder / section.client_secret_file)
        return msgspec.structs.replace(section, client_secret_file=secret)
    return section
