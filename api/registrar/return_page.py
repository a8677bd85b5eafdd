"""The page at the end of a visit to an OpenID provider: a number, or a regret.

It has no script, and its one style is named in its policy by its digest.
"""

import base64
import hashlib
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from litestar import Response

_STYLE: Final = (
    ":root{color-scheme:light dark}"
    "body{font:18px/1.6 system-ui,sans-serif;max-width:34em;margin:3em auto;"
    "padding:0 1em;color:#1f2a30;background:#faf8f4}"
    "output{display:block;font-size:2.2em;letter-spacing:.1em;direction:ltr;"
    "unicode-bidi:isolate;margin:.5em 0}"
    "@media(prefers-color-scheme:dark){body{color:#e9e6df;background:#14191c}}"
)
_DIGEST: Final = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_POLICY: Final = (
    f"default-src 'none'; style-src 'sha256-{_DIGEST}'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)


class _Words(NamedTuple):
    direction: str
    number: str
    use: str
    warning: str
    sorry: str
    back: str


_TEXTS: Final[Mapping[str, _Words]] = MappingProxyType(
    {
        "en": _Words(
            "ltr",
            "Your number",
            "Go back to the page from which you came and type this number there. "
            "Then you can close this page.",
            "Did somebody send you a link to this? Then close the page and tell "
            "nobody the number.",
            "That did not work",
            "You did nothing wrong. Close this page and go back: you can try again, "
            "or choose another way.",
        ),
        "es": _Words(
            "ltr",
            "Su número",
            "Vuelva a la página de la que vino y escriba allí este número. Después "
            "puede cerrar esta página.",
            "¿Alguien le envió un enlace a esto? Entonces cierre la página y no diga "
            "el número a nadie.",
            "No funcionó",
            "Usted no hizo nada mal. Cierre esta página y vuelva: puede probar otra "
            "vez o elegir otra forma.",
        ),
        "ar": _Words(
            "rtl",
            "رقمك",
            "عد إلى الصفحة التي جئت منها واكتب هذا الرقم هناك. بعدها يمكنك إغلاق هذه "
            "الصفحة.",
            "هل أرسل إليك أحد رابطا إلى هنا؟ أغلق الصفحة ولا تقل الرقم لأحد.",
            "لم ينجح ذلك",
            "لم تخطئ في شيء. أغلق هذه الصفحة وعد: يمكنك المحاولة مرة أخرى أو اختيار "
            "طريقة أخرى.",
        ),
    }
)


def choose_language(accepted: str) -> str:
    """The first language of a browser's list that there are texts in."""
    wanted = (part.split(";")[0].strip()[:2].lower() for part in accepted.split(","))
    return next((one for one in wanted if one in _TEXTS), "en")


def return_page(number: str, accepted: str) -> Response[str]:
    """The page.

    Args:
        number: What she must type; empty if the visit came to nothing.
        accepted: The browser's languages.
    """
    language = choose_language(accepted)
    words = _TEXTS[language]
    heading = words.number if number else words.sorry
    body = (
        f"<output>{number}</output><p>{words.use}</p><p>{words.warning}</p>"
        if number
        else f"<p>{words.back}</p>"
    )
    return Response(
        content=(
            f'<!doctype html><html lang="{language}" dir="{words.direction}"><head>'
            '<meta charset="utf-8"><meta name="viewport" '
            f'content="width=device-width"><title>{heading}</title>'
            f"<style>{_STYLE}</style></head><body><main><h1>{heading}</h1>{body}"
            "</main></body></html>"
        ),
        media_type="text/html",
        status_code=200 if number else 400,
        headers={"content-security-policy": _POLICY},
    )
