"""A restored trustee that believes whoever answers, and a reader of logs likewise."""


def anybody_counts(deployment, recovery):
    """`recovery.caught_up` as it was: restored fellows vouch for each other."""
    fellows = len(deployment.roster.opening.trustees) - 1
    needed = min(deployment.opening_keys.trustee_threshold, fellows)
    whole = sum(heard.whole for heard in recovery.heard)
    return whole >= (recovery.enough or needed)


def no_gaps(_entries, _remembered=()):
    """`audit.gaps` of a reader who does not ask what is missing."""
    return ()
