"""The server's shell: relay of boxes, index jobs and cases."""
