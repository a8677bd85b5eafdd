"""A trustee's use cases: one function each, one transaction each.

A handler loads the state, lets the pure step decide, and keeps the new state
with its letters and log lines; nothing is sent before the transaction ends.
"""
