"""The story command line: a program a person can run by hand, with no AWS at all."""
