"""Webhooks: taking them in, signing, sending, trying again, and keeping the record."""
