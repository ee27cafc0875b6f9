"""One file per resource: a route checks its input, calls one domain function, and answers with a model."""
