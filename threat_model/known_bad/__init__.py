"""Deliberately wrong implementations; every check must flag them. Never packaged."""
