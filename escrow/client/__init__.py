"""What a survivor's client does, as pure steps; all plaintext stays here."""
