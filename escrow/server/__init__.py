"""What the API server does, as pure steps; it is trusted for availability only."""
