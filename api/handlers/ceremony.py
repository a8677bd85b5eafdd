"""The bulletin board of the key ceremony; at its end, the manifest (§K4)."""

import structlog

from api.errors import NotReady
from api.handlers.desk import Office
from api.ports import Records
from blind_index.errors import ProtocolError
from escrow.errors import InvalidCeremony
from escrow.manifest import open_manifest
from escrow.messages.codec import Blob, Signed
from escrow.messages.deployment import CeremonyBoard, SignedManifest
from escrow.server.ceremony import (
    abort_reason,
    admit_post,
    assemble_manifest,
    read_posts,
)

LOG = structlog.stdlib.get_logger("api.ceremony")


async def show_board(office: Office) -> CeremonyBoard:
    """Everything posted in the attempt under way."""
    async with office.store.read() as records:
        return CeremonyBoard(
            roster=Blob(office.roster),
            attempt=await records.beginnings.attempt(),
            posts=tuple(await records.beginnings.posts()),
        )


async def add_post(office: Office, signed: Signed) -> None:
    """Put a trustee's post on the board; publish the manifest once it is whole."""
    async with office.store.begin() as records:
        attempt = await records.beginnings.attempt()
        posts = await records.beginnings.posts()
        if not admit_post(office.roster, attempt, posts, signed):
            return
        await records.beginnings.add_post(signed)
        manifest = await _publish(office, records, attempt, [*posts, signed])
    if manifest is not None:
        office.deployment = open_manifest(manifest)


async def _publish(
    office: Office, records: Records, attempt: int, posts: list[Signed]
) -> SignedManifest | None:
    """Store the manifest, if this post completes it."""
    try:
        opened = read_posts(office.roster, attempt, posts)
        manifest = assemble_manifest(office.roster, opened)
    except ProtocolError as error:
        # Whose fault it is every trustee finds out by itself, and stops.
        LOG.warning("no manifest", error=type(error).__name__)
        return None
    if manifest is not None:
        await records.beginnings.set_manifest(manifest)
        LOG.info("the manifest is published")
    return manifest


async def show_manifest(office: Office) -> SignedManifest:
    """The manifest.

    Raises:
        NotReady: The ceremony is not over.
    """
    async with office.store.read() as records:
        manifest = await records.beginnings.manifest()
    if manifest is None:
        raise NotReady
    return manifest


async def restart_ceremony(office: Office) -> int:
    """Begin another attempt after an aborted one; returns its number.

    Raises:
        InvalidCeremony: The attempt under way was not aborted.
    """
    async with office.store.begin() as records:
        attempt = await records.beginnings.attempt()
        posts = read_posts(office.roster, attempt, await records.beginnings.posts())
        if abort_reason(posts) is None:
            raise InvalidCeremony("the attempt under way was not aborted")
        return await records.beginnings.raise_attempt()
