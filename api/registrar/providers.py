"""From the configuration to the providers of a registrar."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import httpx

from api.key_files import read_secret
from api.registrar.carriers import Carrier, MailCarrier, MailToTextCarrier
from api.registrar.codes_provider import Channel, CodesProvider
from api.registrar.config import RegistrarConfig
from api.registrar.demo_provider import DemoProvider
from api.registrar.gateway_signature import Callbacks, ed25519_verifier, hmac_verifier
from api.registrar.http_carrier import Gateway, HttpCarrier
from api.registrar.openid_claims import Demands
from api.registrar.openid_issuer import Issuer
from api.registrar.openid_provider import Client, OpenIdProvider
from api.registrar.ports import Offer, PersonStore, Provider
from api.registrar.provider_config import (
    CodesSection,
    DemoSection,
    HttpPhone,
    OpenIdSection,
    ProviderSection,
    VoucherSection,
    referee_keys,
    report_key,
)
from api.registrar.send_limits import SendLimits
from api.registrar.voucher_provider import VoucherProvider
from api.smtp import Mailer
from blind_index.errors import InputError
from blind_index.randomness import SYSTEM
from blind_index.secret import SecretBytes
from escrow.manifest import Deployment

_MINUTE: Final = 60.0
_KEY_BYTES: Final = 32
_ASK_SECONDS: Final = 15
#: Seconds since 1970.
Now = Callable[[], float]


@dataclass(frozen=True)
class Surroundings:
    """What providers may need of the registrar they work for."""

    store: PersonStore
    clock: Callable[[], int]
    now: Callable[[], float]
    find_deployment: Callable[[], Awaitable[Deployment | None]]


def open_offers(config: RegistrarConfig, around: Surroundings) -> Sequence[Offer]:
    """Every provider of the configuration, ready to work.

    Raises:
        InputError: A key or a password does not fit.
    """
    return tuple(
        Offer(section.name, section.level, _provider(config, section, around))
        for section in config.providers
    )


def _provider(
    config: RegistrarConfig, section: ProviderSection, around: Surroundings
) -> Provider:
    now = around.now
    match section:
        case DemoSection():
            return DemoProvider()
        case CodesSection():
            return _codes(config, section, now)
        case OpenIdSection():
            return _openid(config, section, now)
        case VoucherSection():
            return VoucherProvider(
                referee_keys(section),
                around.store,
                around.clock,
                around.find_deployment,
            )


def _codes(config: RegistrarConfig, section: CodesSection, now: Now) -> CodesProvider:
    if config.smtp is None:
        raise InputError("smtp", "is needed to send codes")
    mailer = Mailer(config.smtp)
    carriers: dict[Channel, Carrier] = {"email": MailCarrier(mailer, section.minutes)}
    if isinstance(section.phone, HttpPhone):
        carriers["phone"] = _http(section.phone, now)
    elif section.phone is not None:
        carriers["phone"] = MailToTextCarrier(mailer, section.phone.domain)
    return CodesProvider(
        carriers,
        SendLimits(SecretBytes(SYSTEM(_KEY_BYTES)), section.per_hour),
        lifetime=section.minutes * _MINUTE,
        calling_codes=section.calling_codes,
    )


def _openid(config: RegistrarConfig, section: OpenIdSection, now: Now) -> Provider:
    file = section.client_secret_file
    path = f"/v1/registrar/openid/{section.name}/return"
    asker = httpx.AsyncClient(
        timeout=_ASK_SECONDS, trust_env=False, follow_redirects=False
    )
    client = Client(
        client_id=section.client_id,
        secret=read_secret(Path(file)) if file else None,
        auth_method=section.auth_method,
        redirect_uri=config.address + path,
        scopes=section.scopes,
    )
    return OpenIdProvider(
        section.title,
        Issuer(section.issuer, section.hosts, asker, now),
        client,
        Demands(section.require, section.trust_frameworks),
    )


def _http(phone: HttpPhone, now: Now) -> HttpCarrier:
    key = read_secret(Path(phone.key_file))
    public = report_key(phone)
    verify = hmac_verifier(key) if public is None else ed25519_verifier(public)
    gateway = Gateway(phone.url, phone.erase_url, key)
    return HttpCarrier(gateway, Callbacks(verify, now), now)
