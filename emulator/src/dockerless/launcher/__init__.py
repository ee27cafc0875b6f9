"""Start, stop and inspect LocalStack instances that live under one directory each."""
