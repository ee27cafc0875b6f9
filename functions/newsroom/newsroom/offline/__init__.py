"""The agents' work by rule, without a model: choose, simplify, explain; nothing is added to what the source says."""
