"""`make bench`: figures of the stack on this machine, beside those of the least that such an API could be."""
