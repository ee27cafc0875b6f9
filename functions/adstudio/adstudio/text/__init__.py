"""Setting a text on an image so that it can be read."""
