"""Research cards: what is worth knowing about a topic before a story is told of it."""
