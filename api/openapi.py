"""The interface's own description: which message goes in, which comes out."""

from typing import Any, Final

import msgspec
from litestar import Request
from litestar.openapi.plugins import JsonRenderPlugin

from api.problems import MEDIA_TYPE, Problem
from escrow.messages.cases import Connection, ReportStatus
from escrow.messages.codec import Blob, Signed
from escrow.messages.deployment import BoxKeys, CeremonyBoard, SignedManifest
from escrow.messages.filing import ReportSubmission
from escrow.messages.letterbox import LetterboxSubmission
from escrow.messages.mailbox import PostRequest, PullRequest, PullResponse
from escrow.messages.registration import (
    ProviderList,
    StandingCredentialGrant,
    TokenGrant,
    VerificationAgain,
    VerificationFinish,
    VerificationProgress,
    VerificationRequest,
    VerificationStarted,
)
from escrow.messages.vault import Vault

#: What an operation takes and gives, by its id; None for no body, or one that
#: the framework describes itself.
_BODIES: Final[tuple[tuple[str, type | None, type | None], ...]] = (
    ("getManifest", None, SignedManifest),
    ("getBoxKeys", None, BoxKeys),
    ("getCeremony", None, CeremonyBoard),
    ("postCeremony", Signed, None),
    ("postTokens", Signed, TokenGrant),
    ("postReport", ReportSubmission, ReportStatus),
    ("postReportStatus", Signed, ReportStatus),
    ("postWithdrawal", Signed, ReportStatus),
    ("postConsent", Signed, None),
    ("postAlarm", Signed, None),
    ("postConnection", Signed, Connection),
    ("getVault", None, Vault),
    ("putVault", Signed, None),
    ("putLetterbox", LetterboxSubmission, None),
    ("postPull", PullRequest, PullResponse),
    ("postLetters", PostRequest, None),
    ("putBoxKey", Signed, None),
    ("postVerification", VerificationRequest, VerificationStarted),
    ("getProviders", None, ProviderList),
    ("postVerificationFinish", VerificationFinish, VerificationProgress),
    ("postVerificationAgain", VerificationAgain, None),
    ("postIndexCredential", Signed, Signed),
    ("postStandingCredential", Signed, StandingCredentialGrant),
    ("postVerificationClose", VerificationFinish, Signed),
)
_TEMPLATE: Final = "#/components/schemas/{name}"


def _blob_schema(kind: type) -> dict[str, Any]:
    if not issubclass(kind, Blob):
        raise NotImplementedError
    schema: dict[str, Any] = {"type": "string", "pattern": "^[A-Za-z0-9_-]*$"}
    if kind.size is not None:
        characters = (kind.size * 4 + 2) // 3
        schema |= {"minLength": characters, "maxLength": characters}
    return schema


def _body(kind: type, media_type: str = "application/json") -> dict[str, Any]:
    reference = {"$ref": _TEMPLATE.format(name=kind.__name__)}
    return {"content": {media_type: {"schema": reference}}}


def _describe(operation: dict[str, Any]) -> None:
    """Fill in an operation's bodies, and that anything may be refused."""
    name = operation.get("operationId")
    found = ((taken, given) for of, taken, given in _BODIES if of == name)
    taken, given = next(found, (None, None))
    if taken is not None:
        operation["requestBody"] = {**_body(taken), "required": True}
    if given is not None:
        operation["responses"]["200"] = {"description": "Done", **_body(given)}
    operation["responses"].pop("400", None)
    operation["responses"]["default"] = {
        "description": "Refused",
        **_body(Problem, MEDIA_TYPE),
    }


class MessageSchema(JsonRenderPlugin):
    """The description as JSON, with the messages' schemas filled in.

    The framework cannot see them: bodies are checked to be canonical, which
    needs their bytes, so that routes take and give bytes.
    """

    def render(
        self, request: "Request[Any, Any, Any]", openapi_schema: dict[str, Any]
    ) -> bytes:
        """The description's bytes."""
        kinds = {kind for _, *pair in _BODIES for kind in pair if kind}
        _, schemas = msgspec.json.schema_components(
            [*sorted(kinds, key=lambda kind: kind.__name__), Problem],
            schema_hook=_blob_schema,
            ref_template=_TEMPLATE,
        )
        components = openapi_schema.setdefault("components", {})
        components["schemas"] = schemas
        for path in openapi_schema.get("paths", {}).values():
            for operation in path.values():
                if isinstance(operation, dict):
                    _describe(operation)
        return super().render(request, openapi_schema)
