"""Every message that crosses a wire, one module a flow (PROTOCOL.md §W)."""
