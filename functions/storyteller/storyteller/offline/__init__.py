"""The offline writer: a planner and a hand-written grammar that need no model, no key and no network.

The prose lies with the templates and units in story/; facts.py draws what one story is told with, planner.py decides
which passages a story of a given length has, writer.py sets them, and korean.py inflects.
"""
