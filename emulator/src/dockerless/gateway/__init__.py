"""The HTTP server in front of LocalStack."""
