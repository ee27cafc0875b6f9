"""The least that a function of this kind loads: boto3, the client, and the resolver with validation."""

import boto3
from aws_lambda_powertools.event_handler import APIGatewayRestResolver

boto3.client("dynamodb")
APIGatewayRestResolver(enable_validation=True)
