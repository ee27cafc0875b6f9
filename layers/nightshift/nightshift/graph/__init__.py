"""The graph of a job's state machine, with what a run did in it: for whoever draws it."""
