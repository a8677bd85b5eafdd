"""Every message a client reads or writes: one example, and what is refused of it."""

import json
from itertools import takewhile
from typing import Any

import msgspec

from blind_index.identifiers import Identifier
from escrow.client.vault import (
    Registration,
    SavedLetterbox,
    SavedReport,
    VaultContents,
)
from escrow.errors import MalformedMessage
from escrow.messages import (
    cases,
    deployment,
    filing,
    holds,
    letterbox,
    registration,
    vault,
)
from escrow.messages.codec import Blob, Signed, decode, encode

# No character outside the basic plane: places in it count alike in both languages.
TEXT = 'ä "\\/\b\f\n\r\t\x01\x1f\x7f\u2028 \ufeff'

MESSAGES: tuple[type[msgspec.Struct], ...] = (
    Signed,
    deployment.TrusteeCard,
    deployment.RegistrarEntry,
    deployment.StretchSettings,
    deployment.Committee,
    deployment.Roster,
    deployment.CommitteeKeys,
    deployment.Manifest,
    deployment.TrusteeSignature,
    deployment.SignedManifest,
    deployment.BoxKey,
    deployment.BoxKeys,
    filing.EncryptedTag,
    filing.EvaluationRequest,
    filing.EvaluationResponse,
    filing.Core,
    filing.PartDigests,
    filing.Header,
    filing.StandingPart,
    filing.LockEntry,
    filing.LockPart,
    filing.ContactCard,
    filing.ContactPart,
    filing.NudgePart,
    filing.BoxedShares,
    filing.Box,
    filing.Token,
    filing.ReportSubmission,
    filing.ShareReceipt,
    filing.Withdrawal,
    filing.ErasureReceipt,
    registration.IndexCredential,
    registration.StandingCredential,
    registration.SelfTags,
    registration.IdentityOpening,
    registration.ProviderEntry,
    registration.ProviderList,
    registration.VerificationRequest,
    registration.VerificationStarted,
    registration.VerificationFinish,
    registration.VerificationAgain,
    registration.VerificationProgress,
    registration.IndexCredentialRequest,
    registration.SelfEvaluation,
    registration.StandingCredentialRequest,
    registration.StandingCredentialGrant,
    registration.DeletionReceipt,
    registration.TokenRequest,
    registration.TokenGrant,
    vault.VaultWrite,
    vault.Vault,
    letterbox.LetterboxWrite,
    letterbox.LetterboxSubmission,
    cases.Verdict,
    cases.Consent,
    cases.ReleasedShare,
    cases.Release,
    cases.StatusRequest,
    cases.CaseView,
    cases.ReportStatus,
    cases.ConnectionRequest,
    cases.Giver,
    cases.Connection,
    holds.Alarm,
    holds.AlarmReceipt,
    Registration,
    SavedLetterbox,
    SavedReport,
    VaultContents,
    Identifier,
)


def _value(kind: msgspec.inspect.Type) -> Any:
    """Some value of a type: the largest number, of a union the first choice."""
    match kind:
        case msgspec.inspect.StructType(cls=cls):
            return example(cls)
        case msgspec.inspect.CustomType(cls=cls) if issubclass(cls, Blob):
            return cls((bytes(range(256)) * 5)[: cls.size or 20])
        case msgspec.inspect.VarTupleType(item_type=item):
            return (_value(item), _value(item))
        case msgspec.inspect.TupleType(item_types=items):
            return tuple(_value(item) for item in items)
        case _:
            return _plain_value(kind)


def _plain_value(kind: msgspec.inspect.Type) -> Any:
    match kind:
        case msgspec.inspect.UnionType(types=types):
            return next(_value(t) for t in types if t != msgspec.inspect.NoneType())
        case msgspec.inspect.IntType(le=most):
            return 2**53 - 1 if most is None else most
        case msgspec.inspect.LiteralType(values=values):
            return values[-1]
        case msgspec.inspect.BoolType():
            return True
        case _:
            return TEXT


def example(cls: type[msgspec.Struct]) -> msgspec.Struct:
    """A message whose every field holds something."""
    info = msgspec.inspect.type_info(cls)
    return cls(**{field.name: _value(field.type) for field in info.fields})


def _changes(encoded: str) -> dict[str, str]:
    """The message with one thing changed."""
    fields = json.loads(encoded)
    last = list(fields)[-1]
    dump = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
    missing = {key: value for key, value in fields.items() if key != last}
    changed = {
        "a field more": dump({**fields, "more": 1}),
        "a field less": dump(missing),
        "another order": dump({last: fields[last], **missing}),
        "white space": encoded.replace(":", ": ", 1),
        "a field twice": "{" + encoded[1:-1] + "," + dump({last: fields[last]})[1:],
        "a list": dump([fields]),
        "an escape": encoded.replace("_", "\\u005f", 1),
        "something after": encoded + " ",
        "cut off": encoded[:-1],
    }
    for key, value in fields.items():
        for name, other in _others(value):
            changed[f"{key}: {name}"] = dump({**fields, key: other})
    return changed


def _others(value: Any) -> list[tuple[str, Any]]:
    """Values that a field with this value does not take."""
    if isinstance(value, bool):
        return [("a number", 1), ("text", "true")]
    if isinstance(value, int):
        return [
            ("too large", value + 1),
            ("below every bound", -(2**53)),
            ("a fraction", float(value)),
            ("text", str(value)),
        ]
    if isinstance(value, str):
        return [
            ("padded", value + "="),
            ("another alphabet", "+/+/"),
            ("longer", value + "AAAA"),
            ("other last bits", value[:-1] + chr(ord(value[-1]) + 1)),
            ("a number", 1),
            ("a list", [value]),
        ]
    return [("a number", 1), ("text", ""), ("null", None)]


def _refused(cls: type[msgspec.Struct], text: str) -> bool:
    try:
        decode(text.encode(), cls)
    except MalformedMessage:
        return True
    return False


def _common(one: str, other: str) -> int:
    """How many characters two texts begin with alike."""
    alike = takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False))
    return sum(1 for _ in alike)


def _edit(before: str, after: str) -> tuple[int, int, str]:
    """From where to where `before` is replaced, and by what, to give `after`."""
    start = _common(before, after)
    same = _common(before[start:][::-1], after[start:][::-1])
    return start, len(before) - same, after[start : len(after) - same]


def vectors() -> dict[str, Any]:
    """By message: its encoding, and the edits of it that are refused."""
    found = {}
    for cls in MESSAGES:
        encoded = encode(example(cls)).decode()
        found[cls.__name__] = {
            "encoded": encoded,
            "refused": {
                name: _edit(encoded, text)
                for name, text in _changes(encoded).items()
                if _refused(cls, text)
            },
        }
    return found
