"""What LocalStack's CloudFormation leaves out of templates that AWS accepts."""
