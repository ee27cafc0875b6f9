"""LocalStack's S3, storing objects under the instance's own folder."""

from localstack.services.plugins import Service, aws_provider


@aws_provider(api="s3", name="dockerless")
def s3() -> Service:
    """The S3 provider.

    LocalStack's own stores objects in one folder in /tmp. Instances would share it: one that deletes a bucket
    takes away the folder of another's bucket of the same name, and a second user could not write to it.
    """
    # Imported here: LocalStack loads providers only when they are called first.
    from localstack.services.s3.provider import S3Provider
    from localstack.services.s3.storage.ephemeral import EphemeralS3ObjectStore

    return Service.for_provider(S3Provider(EphemeralS3ObjectStore()))
