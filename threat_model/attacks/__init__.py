"""One module an attack: `test_attack`, `test_control`; sanity comes by itself."""
