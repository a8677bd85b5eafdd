"""The protocol of Alongside: reports, locks, roles and messages."""
