#!/usr/bin/env python3
"""Exports tables of the portal and restores them; README's "Backups" says when and in which order.

  backup.py export TABLE FILE     every item of a table, as DynamoDB's JSON, a line each, compressed
  backup.py restore FILE TABLE    puts them into a table that must be empty

Needs boto3; the account, region and, where it is not AWS, AWS_ENDPOINT_URL_DYNAMODB come from the environment. The
file holds personal data: keep it encrypted, and delete it when it has served.
"""

import base64
import gzip
import json
import os
import sys
import time

import boto3

# What one BatchWriteItem takes, and how often what DynamoDB leaves out is offered again.
AT_ONCE = 25
TRIES = 10


class Failed(Exception):
    """What the person at the keyboard is told."""


def export(dynamo, table, file):
    """Returns how many items there were. A file appears under its name when it is whole."""
    count = 0
    unfinished = file + ".part"
    with open(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as raw, gzip.open(raw, "wt") as lines:
        for page in dynamo.get_paginator("scan").paginate(TableName=table, ConsistentRead=True):
            for item in page["Items"]:
                lines.write(json.dumps(item, ensure_ascii=False, separators=(",", ":"), default=binary) + "\n")
                count += 1
    os.replace(unfinished, file)
    return count


def restore(dynamo, file, table):
    """Returns how many items were put."""
    if dynamo.scan(TableName=table, Limit=1, ConsistentRead=True)["Items"]:
        raise Failed(f"{table} is not empty: restore into a table where nobody writes")
    count, batch = 0, []
    with gzip.open(file, "rt") as lines:
        for line in lines:
            batch.append({"PutRequest": {"Item": json.loads(line, object_hook=bytes_again)}})
            if len(batch) == AT_ONCE:
                count += put(dynamo, table, batch)
                batch = []
    return count + put(dynamo, table, batch)


def put(dynamo, table, batch):
    left = batch
    for turn in range(TRIES):
        if not left:
            return len(batch)
        time.sleep(turn * turn * 0.1)
        left = dynamo.batch_write_item(RequestItems={table: left})["UnprocessedItems"].get(table)
    raise Failed(f"{table} takes no more: empty it and try again")


def binary(value):
    """Bytes as DynamoDB writes them in JSON."""
    return base64.b64encode(value).decode("ascii")


def bytes_again(attribute):
    """The other way: the SDK wants bytes where there are bytes. An attribute that is *called* B holds a dict."""
    match attribute:
        case {"B": str(text)}:
            return {"B": base64.b64decode(text)}
        case {"BS": [*texts]}:
            return {"BS": [base64.b64decode(text) for text in texts]}
    return attribute


def main():
    match sys.argv[1:]:
        case ["export", table, file]:
            print(export(boto3.client("dynamodb"), table, file))
        case ["restore", file, table]:
            print(restore(boto3.client("dynamodb"), file, table))
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    try:
        main()
    except Failed as failed:
        sys.exit(str(failed))
