"""What a trustee released, opened with the key of whom it was for."""

from blind_index.labels import Label
from blind_index.secret import SecretBytes
from escrow.messages.cases import ReleasedShare
from escrow.messages.codec import decode
from escrow.report.contents import release_context
from escrow.sealing import open_sealed


def opened(world, letter):
    """What a release holds, as its reader opens it."""
    file = world.opening[letter.index - 1].files[letter.case_id]
    giver, reader = file.members[letter.giver], file.members[letter.reader]
    seeds = {
        survivor.report_key(label): SecretBytes(bytes(report.reader_seed))
        for survivor in world.survivors.values()
        for label, report in survivor.reports.items()
    }
    context = release_context(
        world.deployment, letter.case_id, giver.header_digest, reader.header_digest
    )
    plaintext = open_sealed(
        seeds[reader.report_key],
        letter.ciphertext,
        Label.RELEASE_BOX,
        *context,
        bytes([letter.index]),
    )
    return decode(plaintext, ReleasedShare)
