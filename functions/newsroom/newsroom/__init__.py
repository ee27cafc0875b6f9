"""Rewrites a source for readers of a level; a program with no AWS in it.

`commands` is its surface. A crew of four agents does the work (`crew`, `agents`), asking a model or, offline, the rules
of `offline`. What may enter is in `source`, what each agent hands on in `drafts`.
"""
