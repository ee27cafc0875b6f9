"""The OpenAPI document that the API serves, made from the routes themselves."""
