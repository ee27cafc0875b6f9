"""Boxes around what must not be hidden: what they are, how they are found, and where there is room beside them."""
