"""What the REST functions share: the resolver with its refusals, and the resources it answers with."""
