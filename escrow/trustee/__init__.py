"""What one trustee does, as pure steps: state and message in, letters out."""
