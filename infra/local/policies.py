"""Compares what the functions used of AWS with what their policies allow.

Reads its order as JSON from standard input:
  endpoint    the emulator, with the portal deployed
  deployed    file of the emulator: what deployed functions used, a line [who, action, resource] each
  inside      file of the tests: what functions in the tests' own process used, a line {function, action, resource} each
Prints as JSON: forbidden (a line for each use that the policy does not allow), unused (a line for each permission that
nothing used).
"""

import collections
import fnmatch
import json
import pathlib
import re
import sys

import boto3
from botocore.config import Config

TABLES = ("Applications", "Sessions", "Places", "Directory")
# Lambda itself uses these in a function's name: to take from queues and streams, to put aside what failed,
# and to write logs. The emulator does so without asking.
OF_LAMBDA = (
    "sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ChangeMessageVisibility",
    "dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams",
    "logs:*",
)
# Read as a function starts, so that the first visitor does not wait for the connection. Not every function is started
# in every run; in the tests' own process none is.
AT_START = ("dynamodb:GetItem", "Directory")


def main():
    order = json.load(sys.stdin)
    session = boto3.Session("test", "test", region_name="us-east-1")

    def client(service):
        return session.client(service, endpoint_url=order["endpoint"], config=Config(proxies={}))

    inside = {(use["function"], use["action"], place(use["resource"])) for use in lines(order["inside"])}
    deployed = {
        (who.split("/portal-")[-1], action, place(resource))
        for who, action, resource in lines(order["deployed"]) if "/portal-" in who
    }
    allowed = permissions(client("lambda"), client("iam"))
    functions = {function for of in allowed.values() for function in of}
    forbidden = [
        f"{use[0]}: {use[1]} on {use[2]} is not allowed" for use in sorted(inside)
        if use[0] in functions and not any(permits(permission, of, use) for permission, of in allowed.items())
    ] + [f"{function}: is used in the tests and not deployed" for function in sorted({use[0] for use in inside} - functions)]
    unused = [
        f"{', '.join(sorted(of))}: nothing uses {action} on {resource}"
        for (policy, action, resource), of in sorted(allowed.items(), key=lambda one: (sorted(one[1]), one[0]))
        if not is_lambdas(action, resource) and (action, resource) != AT_START
        and not any(permits((policy, action, resource), of, use) for use in inside | deployed)
    ]
    json.dump({"forbidden": forbidden, "unused": unused}, sys.stdout)


def is_lambdas(action, resource):
    return any(fnmatch.fnmatchcase(action, own) for own in OF_LAMBDA) or resource.endswith("DeadLetters")


def permits(permission, functions, use):
    (_, action, resource), (of, used, on) = permission, use
    # Who may list learns that an object is not there, instead of being refused.
    used = action if (used, action) == ("s3:GetObject", "s3:ListBucket") else used
    on = "" if action == "s3:ListBucket" else on
    # The tests' own queues, senders and pools have other names.
    return of in functions and fnmatch.fnmatchcase(used, action) and (on == "" or fnmatch.fnmatchcase(on, resource))


def permissions(functions, iam):
    """Every permission (policy, action, a place or a pattern of places) with the functions that have it. What several
    functions share is the permission of code that they share: one that uses it will do."""
    found = collections.defaultdict(set)
    for page in functions.get_paginator("list_functions").paginate():
        for function in page["Functions"]:
            name = function["FunctionName"].removeprefix("portal-")
            role = function["Role"].split("/")[-1]
            documents = [
                (role, iam.get_role_policy(RoleName=role, PolicyName=policy)["PolicyDocument"])
                for policy in iam.list_role_policies(RoleName=role)["PolicyNames"]
            ]
            for policy in iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]:
                arn = policy["PolicyArn"]
                if not arn.startswith("arn:aws:iam::aws:"):
                    version = iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
                    document = iam.get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"]["Document"]
                    documents.append((arn, document))
            for policy, document in documents:
                for statement in each(document["Statement"]):
                    if statement["Effect"] == "Allow":
                        for action in each(statement["Action"]):
                            for resource in each(statement.get("Resource", "*")):
                                found[policy, action, place(resource)].add(name)
    return found


def place(resource):
    """What a resource is, whatever its name: a table with its index, a folder of objects, a queue."""
    if resource.startswith("objects/"):
        return resource.removeprefix("objects/")
    if resource.startswith("table/apart-"):
        # A table of the tests' own that stands for several.
        return ""
    of = resource.split(":", 5)[-1] if resource.startswith("arn:") else resource
    table = next((table for table in TABLES if table.lower() in of.split("/index")[0].lower()), None)
    if table and ":s3:" not in resource and ":sqs:" not in resource:
        index = re.search(r"/(?:index/)?([a-z*-]+)$", of.removeprefix("table/"))
        return f"{table}/{index.group(1)}" if index else table
    if ":s3:" in resource:
        return of.partition("/")[2].removesuffix("/*")
    queue = re.match(r"portal-data-([A-Za-z]+)-", of)
    return queue.group(1) if queue else of


def each(value):
    return value if isinstance(value, list) else [value]


def lines(path):
    path = pathlib.Path(path)
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


if __name__ == "__main__":
    main()
