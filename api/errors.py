"""What only a running server refuses for, above the protocol."""


class NotReady(Exception):
    """The deployment has no manifest yet: its key ceremony is not over."""


class StaleChallenge(Exception):
    """A trustee's request is not for this run of the server, or was repeated."""


class Unauthorised(Exception):
    """The operator's token is missing or wrong."""
