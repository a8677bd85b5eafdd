"""The registrar: verifies persons, signs credentials, keeps nothing it verified."""
