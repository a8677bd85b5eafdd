"""Vaults."""

import base64
import binascii
from collections.abc import Sequence

from litestar import Response, get, put
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from api.handlers import vaults
from api.handlers.desk import Office
from api.wire import VAULT_BYTES, AnyRequest, answer, body, done
from escrow.errors import NotFound
from escrow.messages.codec import Digest, Signed
from escrow.operation.tries import KIND


def vault_id_from(text: str) -> Digest:
    """A vault id out of a path: unpadded base64url of 32 bytes.

    Raises:
        NotFound: It could not name any vault.
    """
    try:
        data = base64.b64decode(text + "=", altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        data = b""
    canonical = base64.urlsafe_b64encode(data).rstrip(b"=").decode() == text
    if len(data) != Digest.size or not canonical:
        raise NotFound("no vault of this id", culprit="client")
    return Digest(data)


@get(
    "/v1/vaults/{vault_id:str}",
    operation_id="getVault",
    opt={KIND: "vaults"},
)
async def get_vault(
    vault_id: FromPath[str], office: NamedDependency[Office]
) -> Response[bytes]:
    """A vault as stored."""
    return answer(await vaults.read_vault(office.store, vault_id_from(vault_id)))


@put(
    "/v1/vaults",
    operation_id="putVault",
    opt={KIND: "vaults"},
    request_max_body_size=VAULT_BYTES,
    status_code=204,
)
async def put_vault(
    request: AnyRequest, office: NamedDependency[Office]
) -> Response[None]:
    """Replace a vault by a newer one."""
    await vaults.write_vault(office.store, await body(request, Signed))
    return done()


HANDLERS: Sequence[ControllerRouterHandler] = (get_vault, put_vault)
