"""The offline writer: a planner and a hand-written grammar that need no model, no key and no network.

templates/ holds the prose as data, one folder per story; template.py reads it, planner.py decides which passages a
story of a given length has, writer.py sets them with the facts of one story, and korean.py inflects.
"""
