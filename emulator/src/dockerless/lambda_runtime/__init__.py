"""Lambda functions as local processes behind the Lambda Runtime API."""
