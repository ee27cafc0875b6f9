"""Table, bucket and queues: nothing is lost, nothing is open."""

from typing import Any

from tests.unit.template.expanded import Resources, of_type, properties

VISIBILITY_IN_TIMEOUTS = 6  # what AWS advises for a queue that a function reads


def only(resources: Resources, kind: str) -> dict[str, Any]:
    (found,) = properties(resources, kind).values()
    return found


def test_the_table_can_be_restored_and_not_be_deleted(production: Resources) -> None:
    table = only(production, "AWS::DynamoDB::Table")
    assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert table["DeletionProtectionEnabled"] is True


def test_a_local_table_may_be_deleted(local: Resources) -> None:
    assert only(local, "AWS::DynamoDB::Table")["DeletionProtectionEnabled"] is False


def test_data_outlives_its_stack(production: Resources) -> None:
    for kind in ("AWS::DynamoDB::Table", "AWS::S3::Bucket", "AWS::KMS::Key"):
        for name, resource in of_type(production, kind).items():
            assert (resource["DeletionPolicy"], resource["UpdateReplacePolicy"]) == ("Retain", "Retain"), name


def test_the_bucket_is_private_encrypted_and_forgets(production: Resources) -> None:
    bucket = only(production, "AWS::S3::Bucket")
    assert len(bucket["PublicAccessBlockConfiguration"]) == 4
    assert all(bucket["PublicAccessBlockConfiguration"].values())
    (encryption,) = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert encryption["ServerSideEncryptionByDefault"]["SSEAlgorithm"] in ("AES256", "aws:kms")
    (rule,) = bucket["LifecycleConfiguration"]["Rules"]
    assert rule["Status"] == "Enabled"
    assert rule["ExpirationInDays"] == {"Ref": "RetentionDays"}


def test_the_bucket_is_spoken_to_by_tls_only(production: Resources) -> None:
    (statement,) = only(production, "AWS::S3::BucketPolicy")["PolicyDocument"]["Statement"]
    assert (statement["Effect"], statement["Principal"], statement["Action"]) == ("Deny", "*", "s3:*")
    assert statement["Resource"] == [{"Fn::GetAtt": ["Bucket", "Arn"]}, {"Fn::Sub": "${Bucket.Arn}/*"}]
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_each_queue_is_encrypted_and_gives_up_to_another(production: Resources) -> None:
    queues = properties(production, "AWS::SQS::Queue")
    last = dead_letter_queues(production)
    assert last
    for name, queue in queues.items():
        assert queue["SqsManagedSseEnabled"] is True, name
        assert ("RedrivePolicy" in queue) != (name in last), name
        if name in last:
            assert queue["MessageRetentionPeriod"] == 14 * 24 * 3600, name


def test_a_message_is_not_given_to_two_calls_at_once(production: Resources) -> None:
    queues = properties(production, "AWS::SQS::Queue")
    functions = properties(production, "AWS::Lambda::Function")
    for source in properties(production, "AWS::Lambda::EventSourceMapping").values():
        queue = queues.get(source["EventSourceArn"]["Fn::GetAtt"][0])
        if queue:
            timeout = functions[source["FunctionName"]["Ref"]]["Timeout"]
            assert queue["VisibilityTimeout"] >= VISIBILITY_IN_TIMEOUTS * timeout


def dead_letter_queues(resources: Resources) -> set[str]:
    """The queues that another queue, a failed call or a failed batch of a stream gives up to."""
    redriven = [
        queue["RedrivePolicy"]["deadLetterTargetArn"]
        for queue in properties(resources, "AWS::SQS::Queue").values()
        if "RedrivePolicy" in queue
    ]
    destinations = [
        config["DestinationConfig"]["OnFailure"]["Destination"]
        for kind in ("AWS::Lambda::EventInvokeConfig", "AWS::Lambda::EventSourceMapping")
        for config in properties(resources, kind).values()
        if "DestinationConfig" in config
    ]
    return {target["Fn::GetAtt"][0] for target in redriven + destinations}
