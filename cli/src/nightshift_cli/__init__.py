"""Nightshift from the terminal, over nothing but its REST API.

It starts in a fraction of a second, because httpx and rich are imported by what needs them, not at the top.
"""
