"""DynamoDB's expression language: parsing and evaluation."""
