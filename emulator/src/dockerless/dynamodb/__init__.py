"""DynamoDB and DynamoDB Streams for LocalStack, in process and without Java."""
