"""What only a running server refuses for, above the protocol."""


class NotReady(Exception):
    """The deployment has no manifest yet: its key ceremony is not over."""


class Restored(Exception):
    """Restored from a backup; what was withdrawn since is not known yet (§T8)."""


class NotErased(Exception):
    """A provider has not confirmed yet that it forgot a person; it is asked again."""


class StaleChallenge(Exception):
    """A trustee's request is not for this run of the server, or was repeated."""


class Unauthorised(Exception):
    """The operator's token is missing or wrong."""
