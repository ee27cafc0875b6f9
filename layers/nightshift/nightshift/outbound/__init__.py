"""Requests to addresses that strangers name: what may be asked for, and where a connection may go."""
