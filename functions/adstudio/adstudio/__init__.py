"""The ad studio: puts a text on an image where it hides nothing and can be read. A program with no AWS in it."""
