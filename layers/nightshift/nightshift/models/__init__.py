"""The things the domain speaks of."""
