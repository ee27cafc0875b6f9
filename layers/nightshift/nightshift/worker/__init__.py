"""Runs one command-line program as one step of a job: starts, reports, stops, and keeps what was made.

Shared by every container-image function. Needs boto3 and the standard library only, and of the domain only
what imports no more than that, because an image function pays for each import at its cold start.
"""
