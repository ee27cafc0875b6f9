"""The version of the service and of its API document."""

VERSION = "0.1.0"
