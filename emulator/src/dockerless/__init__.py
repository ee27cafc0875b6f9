"""LocalStack without Docker: plugins for LocalStack 4.14 and a launcher."""
