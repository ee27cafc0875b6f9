"""What LocalStack leaves out of the REST APIs it serves."""
