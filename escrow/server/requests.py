"""What the holder of a report key may ask the server (§S1, §S3)."""

from blind_index.labels import Label
from escrow.manifest import Deployment, check_digest
from escrow.messages.cases import ConnectionRequest, StatusRequest
from escrow.messages.codec import Signed
from escrow.signing import open_signed, peek


def check_status_request(deployment: Deployment, signed: Signed) -> StatusRequest:
    """Verify that the holder of the report key asks.

    Raises:
        StaleManifest: Made for another manifest.
        InvalidSignature: Not signed by the report key.
    """
    key = peek(signed, StatusRequest, culprit="client").report_key
    request = open_signed(
        signed, StatusRequest, Label.STATUS_REQUEST, key, culprit="client"
    )
    check_digest(deployment, request.manifest_digest)
    return request


def check_connection_request(
    deployment: Deployment, signed: Signed
) -> ConnectionRequest:
    """Verify that the holder of the report key asks for what was released.

    Raises:
        StaleManifest: Made for another manifest.
        InvalidSignature: Not signed by the report key.
    """
    key = peek(signed, ConnectionRequest, culprit="client").report_key
    request = open_signed(
        signed, ConnectionRequest, Label.CONNECTION_REQUEST, key, culprit="client"
    )
    check_digest(deployment, request.manifest_digest)
    return request
