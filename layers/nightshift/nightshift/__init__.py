"""The domain of Nightshift: jobs, their runs, the queue, and the rules that move a job from state to state."""
