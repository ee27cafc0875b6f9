"""Least privilege, read off the policies that are deployed."""

import pytest

from tests.unit.template.expanded import Resources, properties
from tests.unit.template.permissions import MANAGED, NO_NARROWER, Statement, excess, statements


def test_no_policy_allows_more_than_it_names(production: Resources) -> None:
    assert [(name, found) for name, statement in statements(production) for found in excess(statement)] == []


def test_every_exception_is_made_use_of(production: Resources) -> None:
    broad = {
        action
        for _, statement in statements(production)
        if statement.get("Resource") == "*" and statement["Effect"] == "Allow"
        for action in ([statement["Action"]] if isinstance(statement["Action"], str) else statement["Action"])
    }
    assert broad == NO_NARROWER.keys()


def test_roles_have_none_of_awss_policies_but_those_that_sam_gives(production: Resources) -> None:
    managed = {
        arn.partition(":policy/")[2]
        for role in properties(production, "AWS::IAM::Role").values()
        for arn in role.get("ManagedPolicyArns", [])
    }
    assert managed == MANAGED.keys()


def test_the_key_leaves_it_to_iam_who_may_use_it(production: Resources) -> None:
    (key,) = properties(production, "AWS::KMS::Key").values()
    (statement,) = key["KeyPolicy"]["Statement"]
    assert statement["Principal"] == {"AWS": {"Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:root"}}


def test_a_service_may_act_for_named_sources_only(production: Resources) -> None:
    for policy in properties(production, "AWS::SQS::QueuePolicy").values():
        for statement in policy["PolicyDocument"]["Statement"]:
            assert statement["Condition"]["ArnEquals"]["aws:SourceArn"]
    for permission in properties(production, "AWS::Lambda::Permission").values():
        assert permission["SourceArn"]


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ({"Action": "s3:GetObject", "Resource": {"Fn::Sub": "${Bucket.Arn}/*"}}, []),
        ({"Action": "*", "Resource": "arn:x"}, ["action *"]),
        ({"Action": ["s3:*"], "Resource": "arn:x"}, ["action s3:*"]),
        ({"Action": "s3:GetObject", "Resource": "*"}, ["s3:GetObject on every resource"]),
        ({"Action": "s3:GetObject", "Resource": ["arn:x", "*"]}, ["s3:GetObject on every resource"]),
        ({"Action": "dynamodb:ListStreams", "Resource": "*"}, []),
        ({"NotAction": "s3:GetObject", "Resource": "arn:x"}, ["NotAction says what is not meant"]),
        ({"Action": "sqs:SendMessage", "Resource": "arn:x", "Principal": "*"}, ["everybody"]),
        ({"Action": "sqs:SendMessage", "Resource": "arn:x", "Principal": {"AWS": "*"}}, ["everybody"]),
    ],
)
def test_what_is_too_much_is_found(statement: Statement, found: list[str]) -> None:
    assert excess({"Effect": "Allow"} | statement) == found
    assert excess({"Effect": "Deny"} | statement) == []
