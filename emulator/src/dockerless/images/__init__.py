"""Local builds of container-image functions from their Dockerfiles."""
