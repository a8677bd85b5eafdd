"""The vault's contents, and sealing them to one fixed size (§V2 to §V4)."""

from typing import Final

from msgspec.structs import replace

from blind_index.identifiers import Identifier
from blind_index.labels import Label
from blind_index.randomness import SYSTEM, Randomness
from blind_index.secret import SecretBytes
from escrow import aead
from escrow.client.words import VaultKeys
from escrow.credential import Standing
from escrow.errors import InvalidCiphertext
from escrow.messages.cases import Answer
from escrow.messages.codec import Blob, Digest, Message, Signed, decode, encode
from escrow.messages.filing import ContactCard, NudgePart, Token
from escrow.messages.vault import Vault, VaultWrite
from escrow.padding import VAULT_BYTES, pad, unpad
from escrow.report.contents import ReportKeys
from escrow.signing import sign

#: For so many days a person who was not verified yet can go on with a draft.
DRAFT_DAYS: Final = 3


class Registration(Message, frozen=True):
    """The person's two credentials and the seeds (32 bytes) of their keys."""

    index_credential: Signed
    index_seed: Blob
    standing_credential: Signed
    standing_seed: Blob
    self_tags: Blob
    opening: Blob

    def standing(self) -> Standing:
        """What stands behind every report of hers."""
        return Standing(
            self.standing_credential,
            self.self_tags,
            self.opening,
            SecretBytes(bytes(self.standing_seed)),
        )


class SavedLetterbox(Message, frozen=True):
    """A letterbox (§N): its key's seed (32 bytes), what she wishes to be in it.

    `counter` is that of the last write that was made; `written` once the API took
    one that says what `part` says.
    """

    seed: Blob
    part: NudgePart
    counter: int = 0
    written: bool = False


class SealedVersion(Message, frozen=True):
    """A version of a report: its number and its header's digest."""

    version: int
    header_digest: Digest


class SavedAnswer(Message, frozen=True):
    """Her last answer about one case, as it was signed (§C10).

    `heard` are the trustees that signed for it, or for a later one, unless it is yes.
    """

    case_id: Digest
    header_digests: tuple[Digest, ...]
    answer: Answer
    counter: int
    last_day: int
    heard: tuple[int, ...] = ()


class SavedReport(Message, frozen=True):
    """One report: what she knows and wishes, and every secret to go on with it.

    `outputs` are the stretched outputs (64 bytes each, padded to their class);
    empty until the trustees were asked, and `conjunctions` says of each which kind
    of match key is behind it, "" for padding. `version` is 0 until the API took the
    report, then counts with `header_digest`. `stored` is the newest version of which
    t' receipts were verified, and `unsettled` what else was sealed since: somebody
    may hold it (§F13). `withdrawn` is her will alone: `erased` are the trustees whose
    erasure receipts verified (§F11). `begun_day` and `met_day` are 0 until it was
    begun and until cards were first opened with it; `list_hidden` is the person's
    wish not to see those cards any more. `answered_version` is the version with
    which she last told a group yes or later; 0 before, and after a no. `answers` are
    those that may still be used. A witness saw or heard something happen to somebody
    else; her `match_threshold` is the smallest (§B1).
    """

    label: str
    identifiers: tuple[Identifier, ...]
    country: str
    match_threshold: int
    witness: bool
    expiry_month: int
    card: ContactCard
    nudge: NudgePart
    report_seed: Blob
    reader_seed: Blob
    contact_key: Blob
    outputs: tuple[Blob, ...] = ()
    conjunctions: tuple[str, ...] = ()
    version: int = 0
    header_digest: Digest | None = None
    stored: SealedVersion | None = None
    unsettled: tuple[SealedVersion, ...] = ()
    withdrawn: bool = False
    consent_counter: int = 0
    answered_version: int = 0
    letterbox: SavedLetterbox | None = None
    begun_day: int = 0
    met_day: int = 0
    list_hidden: bool = False
    erased: tuple[int, ...] = ()
    answers: tuple[SavedAnswer, ...] = ()

    def keys(self) -> ReportKeys:
        """The report's secrets."""
        return ReportKeys(
            SecretBytes(bytes(self.report_seed)),
            SecretBytes(bytes(self.reader_seed)),
            SecretBytes(bytes(self.contact_key)),
        )


class VaultContents(Message, frozen=True, tag="vault-contents/1"):
    """Everything a client needs to come back, on any device."""

    manifest_digest: Digest
    registration: Registration | None = None
    tokens: tuple[Token, ...] = ()
    reports: tuple[SavedReport, ...] = ()


def without_late_drafts(contents: VaultContents, day: int) -> VaultContents:
    """The contents without drafts that waited too long for a verification (§V4).

    What was sent, or belongs to a verified person, stays.

    Args:
        contents: As opened.
        day: Today.
    """
    if contents.registration is not None:
        return contents
    kept = tuple(
        report
        for report in contents.reports
        if report.version > 0 or report.begun_day + DRAFT_DAYS >= day
    )
    return replace(contents, reports=kept)


def seal_vault(
    keys: VaultKeys,
    contents: VaultContents,
    counter: int,
    *,
    randomness: Randomness = SYSTEM,
) -> Signed:
    """The signed write that replaces the vault.

    Args:
        keys: From the words.
        contents: What to keep.
        counter: Higher than that of the stored vault; 1 for the first.
        randomness: Draws 24 bytes.

    Raises:
        InputError: The contents outgrow the vault.
    """
    ciphertext = aead.seal(
        keys.cipher_key,
        pad(encode(contents), VAULT_BYTES, "vault"),
        Label.VAULT_CIPHERTEXT,
        keys.vault_id,
        counter.to_bytes(8, "big"),
        randomness=randomness,
    )
    write = VaultWrite(
        vault_id=keys.vault_id,
        key=keys.key,
        counter=counter,
        ciphertext=Blob(ciphertext),
    )
    return sign(keys.seed, Label.VAULT_WRITE, write)


def open_vault(keys: VaultKeys, vault: Vault) -> VaultContents:
    """The contents of a stored vault.

    Raises:
        InvalidCiphertext: Not sealed by these words, or altered.
    """
    if not 0 <= vault.counter < 1 << 64:
        raise InvalidCiphertext("a counter out of range")
    plaintext = aead.unseal(
        keys.cipher_key,
        vault.ciphertext,
        Label.VAULT_CIPHERTEXT,
        keys.vault_id,
        vault.counter.to_bytes(8, "big"),
    )
    return decode(unpad(plaintext), VaultContents)
