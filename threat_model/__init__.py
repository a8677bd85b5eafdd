"""Attacks on everything that is claimed, each with the control that makes it work."""
