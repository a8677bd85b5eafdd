"""What a registrar does, as pure steps: tell persons apart, sign credentials."""
