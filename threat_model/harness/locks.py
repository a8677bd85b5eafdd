"""Match locks of a group, honest and bogus, made and read by the product."""

from blind_index.group import Element, Scalar
from blind_index.secret import SecretBytes
from escrow import match_lock
from escrow.match_lock import Claimant, LevelSecrets, Wrapped, level_secrets
from escrow.messages.codec import PublicKey
from tests.world.stream import stream


class Group:
    """People who name one person; liars know the name, but share nonsense.

    Args:
        seed: Gives the same group every time.
        levels: Of the deployment.
    """

    def __init__(self, seed: str, levels: tuple[int, ...]) -> None:
        self.draw = stream("group", seed)
        self.levels = levels
        self.base = Element.base_multiple(Scalar.random(self.draw))
        stretched = SecretBytes(self.draw(64))
        self.secrets: LevelSecrets = level_secrets(stretched, levels)

    def honest(self, threshold: int) -> Claimant:
        """A member's lock entry with its encrypted tag."""
        key, r = PublicKey(self.draw(32)), Scalar.random(self.draw)
        wrapped = Wrapped(SecretBytes(self.draw(32)), r)
        entry = match_lock.make_entry(
            self.secrets, key, threshold, wrapped, randomness=self.draw
        )
        points = (r * self.base, self.secrets.tag_point + Element.base_multiple(r))
        return match_lock.claimant(key, threshold, self.levels, entry, points)

    def bogus(self, threshold: int) -> Claimant:
        """The same with shares off every polynomial."""
        one = self.honest(threshold)
        shares = {level: Scalar.random(self.draw) for level in one.shares}
        return Claimant(
            one.report_key, one.match_threshold, shares, one.wrap, one.c1, one.c2
        )
