"""Runs the functions beside `cargo lambda watch` and calls them for queues, streams and schedules, as Lambda does.

Reads its order as one line of JSON from standard input, and goes on until that closes:
  endpoint     where queues and streams are
  invoke       the port of `cargo lambda watch --only-lambda-apis`
  binary       all functions in one; chooses by its handler's name
  environment  of every function, AWS's variables among it
  functions    name -> what its environment has besides
  sources      event source mappings as functions.yaml declares them, resolved
  schedules    rules: rule, rate, function
  positions    file for what has been read of the streams
  logs         log group of all functions, in LocalStack; what they say is printed too

What fails stays: a message comes again after its queue's visibility timeout, a stream's batch at
once, then its halves, and in the end its place in the stream goes to the dead letters.
"""

import base64
import collections
import datetime
import json
import os
import pathlib
import queue as queues
import re
import subprocess
import sys
import threading
import time
import traceback
import urllib.error
import urllib.request
import uuid

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

REGION = "us-east-1"
ACCOUNT = "000000000000"
UNITS = {"minute": 60, "hour": 3600, "day": 86400}
# Nobody's proxy stands between processes of one machine.
DIRECTLY = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class FunctionFailed(Exception):
    """The function did not take its event."""


def main():
    order = json.loads(sys.stdin.readline())
    go_on(keep_logs, order)
    for name, own in order["functions"].items():
        go_on(run, order, name, own)
        # Each reads something as it starts: LocalStack answers fifty at once too late.
        time.sleep(0.1)
    for source in order["sources"]:
        go_on(queue if ":sqs:" in source["EventSourceArn"] else stream, order, source)
    for rule in order["schedules"]:
        go_on(schedule, order, rule)
    while sys.stdin.buffer.read(1):
        pass
    STOPPING.set()
    for process in RUNNING.values():
        process.kill()


STOPPING = threading.Event()
RUNNING = {}
SAID = queues.Queue()


def go_on(work, *about):
    """Does some work in the background for ever: what goes wrong is said, and it is begun again."""

    def again():
        while not STOPPING.is_set():
            try:
                work(*about)
            except Exception:
                if not STOPPING.is_set():
                    said("pump", traceback.format_exc())
            time.sleep(1)

    threading.Thread(target=again, daemon=True).start()


def run(order, name, own):
    environment = {"PATH": os.environ.get("PATH", ""), **order["environment"], **own} | {
        "_HANDLER": name,
        "AWS_LAMBDA_FUNCTION_NAME": f"portal-{name}",
        "AWS_LAMBDA_FUNCTION_VERSION": "1",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "256",
        "AWS_LAMBDA_RUNTIME_API": f"http://127.0.0.1:{order['invoke']}/.rt/{name}",
    }
    RUNNING[name] = subprocess.Popen(
        [order["binary"]], env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    for line in RUNNING[name].stdout:
        said(name, line.decode(errors="replace").rstrip("\n"))
    said("pump", f"{name} ended with {RUNNING[name].wait()}")


def said(by, line):
    print(line, flush=True)
    SAID.put((by, {"timestamp": int(time.time() * 1000), "message": line or " "}))


def keep_logs(order):
    """Hands on what functions say, in the order in which they said it."""
    logs, group = client(order, "logs"), order["logs"]
    made(logs.create_log_group, logGroupName=group)
    for name in [*order["functions"], "pump"]:
        made(logs.create_log_stream, logGroupName=group, logStreamName=name)
    while not STOPPING.is_set():
        lines = collections.defaultdict(list)
        by, line = SAID.get()
        lines[by].append(line)
        while not SAID.empty():
            by, line = SAID.get()
            lines[by].append(line)
        for by, events in lines.items():
            logs.put_log_events(logGroupName=group, logStreamName=by, logEvents=events)
        time.sleep(0.2)


def made(make, **what):
    try:
        make(**what)
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceAlreadyExistsException":
            raise


def invoke(order, function, event):
    """Calls a function and waits for its answer."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{order['invoke']}/2015-03-31/functions/{function}/invocations",
        json.dumps(event).encode(), {"Content-Type": "application/json"},
    )
    try:
        with DIRECTLY.open(request, timeout=900) as answer:
            body = answer.read()
            if answer.headers.get("X-Amz-Function-Error"):
                raise FunctionFailed(body.decode(errors="replace"))
            return json.loads(body or b"null")
    except urllib.error.HTTPError as error:
        raise FunctionFailed(f"{error}: {error.read().decode(errors='replace')}") from error


def client(order, service):
    session = boto3.Session("test", "test", region_name=REGION)
    return session.client(service, endpoint_url=order["endpoint"], config=Config(proxies={}))


def queue(order, source):
    sqs = client(order, "sqs")
    arn, function = source["EventSourceArn"], source["FunctionName"]
    url = sqs.get_queue_url(QueueName=arn.split(":")[-1])["QueueUrl"]
    while not STOPPING.is_set():
        messages = sqs.receive_message(
            QueueUrl=url, MaxNumberOfMessages=source["BatchSize"], WaitTimeSeconds=5,
            AttributeNames=["All"], MessageAttributeNames=["All"],
        ).get("Messages", [])
        if not messages:
            continue
        try:
            answer = invoke(order, function, {"Records": [message_record(message, arn) for message in messages]})
        except FunctionFailed as failed:
            said("pump", f"{function}: {failed}")
            continue
        again = {failure["itemIdentifier"] for failure in (answer or {}).get("batchItemFailures", [])}
        for message in messages:
            if message["MessageId"] not in again:
                sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])


def message_record(message, arn):
    attributes = message.get("MessageAttributes", {})
    return {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": message["Attributes"],
        "messageAttributes": {name: {k[0].lower() + k[1:]: v for k, v in value.items()} for name, value in attributes.items()},
        "md5OfBody": message["MD5OfBody"],
        "eventSource": "aws:sqs",
        "eventSourceARN": arn,
        "awsRegion": REGION,
    }


def stream(order, source):
    """Follows every shard of a stream; new ones are looked for."""
    streams, arn = client(order, "dynamodbstreams"), source["EventSourceArn"]
    followed = set()
    while not STOPPING.is_set():
        for found in streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]:
            if found["ShardId"] not in followed:
                followed.add(found["ShardId"])
                go_on(shard, order, source, found["ShardId"])
        time.sleep(10)


def shard(order, source, shard_id):
    streams, function = client(order, "dynamodbstreams"), source["FunctionName"]
    patterns = [json.loads(one["Pattern"]) for one in source.get("FilterCriteria", {}).get("Filters", [])]
    place = f"{function} {source['EventSourceArn']} {shard_id}"
    before = POSITIONS.read(order).get(place)
    start = {"ShardIteratorType": "AFTER_SEQUENCE_NUMBER", "SequenceNumber": before} if before else {"ShardIteratorType": "TRIM_HORIZON"}
    iterator = streams.get_shard_iterator(StreamArn=source["EventSourceArn"], ShardId=shard_id, **start)["ShardIterator"]
    while iterator and not STOPPING.is_set():
        try:
            answer = streams.get_records(ShardIterator=iterator, Limit=1000)
        except streams.exceptions.TrimmedDataAccessException:
            # What is no longer there cannot be read: begun again from the oldest that is.
            POSITIONS.note(order, place, None)
            return
        records = [change_record(record, source["EventSourceArn"]) for record in answer["Records"]]
        wanted = [record for record in records if not patterns or any(matches(record, pattern) for pattern in patterns)]
        for begin in range(0, len(wanted), source["BatchSize"]):
            hand_over(order, source, wanted[begin:begin + source["BatchSize"]])
        if records:
            POSITIONS.note(order, place, records[-1]["dynamodb"]["SequenceNumber"])
        iterator = answer.get("NextShardIterator")
        time.sleep(0.2)
    # Closed: its children are shards of their own.
    while not STOPPING.is_set():
        time.sleep(1)


def hand_over(order, source, records):
    """A batch that fails is tried again, then by halves; a record that nobody takes goes to the dead letters."""
    for attempt in range(1 + source["MaximumRetryAttempts"]):
        if STOPPING.is_set():
            return
        try:
            invoke(order, source["FunctionName"], {"Records": records})
            return
        except FunctionFailed as failed:
            said("pump", f"{source['FunctionName']}: {failed}")
        if len(records) > 1 and source.get("BisectBatchOnFunctionError"):
            middle = len(records) // 2
            hand_over(order, source, records[:middle])
            hand_over(order, source, records[middle:])
            return
        time.sleep(min(0.2 * 2 ** attempt, 10))
    destination = source["DestinationConfig"]["OnFailure"]["Destination"]
    sqs = client(order, "sqs")
    sqs.send_message(
        QueueUrl=sqs.get_queue_url(QueueName=destination.split(":")[-1])["QueueUrl"],
        MessageBody=json.dumps({
            "requestContext": {"condition": "RetryAttemptsExhausted", "functionArn": f"portal-{source['FunctionName']}"},
            "version": "1.0",
            "timestamp": now(),
            "DDBStreamBatchInfo": {
                "streamArn": source["EventSourceArn"],
                "batchSize": len(records),
                "startSequenceNumber": records[0]["dynamodb"]["SequenceNumber"],
                "endSequenceNumber": records[-1]["dynamodb"]["SequenceNumber"],
            },
        }),
    )


def change_record(record, arn):
    change = dict(record["dynamodb"])
    change["ApproximateCreationDateTime"] = change["ApproximateCreationDateTime"].timestamp()
    shape = {name: plain(value) if name in ("Keys", "NewImage", "OldImage") else value for name, value in change.items()}
    names = ["eventID", "eventName", "eventVersion", "eventSource", "awsRegion"]
    found = {name: record[name] for name in names if name in record} | {"dynamodb": shape, "eventSourceARN": arn}
    if "userIdentity" in record:
        # What the time to live has removed.
        identity = record["userIdentity"]
        found["userIdentity"] = {"type": identity["Type"], "principalId": identity["PrincipalId"]}
    return found


def plain(value):
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, dict):
        return {name: plain(one) for name, one in value.items()}
    return [plain(one) for one in value] if isinstance(value, (list, set)) else value


def matches(record, pattern):
    """Whether an event filter lets a record pass; of its operators the template uses equality."""
    for name, wanted in pattern.items():
        found = record.get(name) if isinstance(record, dict) else None
        if isinstance(wanted, dict):
            if not matches(found, wanted):
                return False
        elif not all(isinstance(one, str) for one in wanted):
            raise ValueError(f"pump.py does not know the filter {wanted}")
        elif found not in wanted:
            return False
    return True


class Positions:
    """How far each function has read each shard, kept as long as the stream is."""

    def __init__(self):
        self.lock = threading.Lock()

    def read(self, order):
        path = pathlib.Path(order["positions"])
        return json.loads(path.read_text()) if path.exists() else {}

    def note(self, order, place, number):
        with self.lock:
            positions = self.read(order) | {place: number}
            unfinished = pathlib.Path(order["positions"] + ".part")
            unfinished.write_text(json.dumps(positions))
            unfinished.rename(order["positions"])


POSITIONS = Positions()


def schedule(order, rule):
    number, unit = re.fullmatch(r"rate\((\d+) (minute|hour|day)s?\)", rule["rate"]).groups()
    while not STOPPING.wait(int(number) * UNITS[unit]):
        try:
            invoke(order, rule["function"], {
                "version": "0",
                "id": str(uuid.uuid4()),
                "detail-type": "Scheduled Event",
                "source": "aws.events",
                "account": ACCOUNT,
                "time": now(),
                "region": REGION,
                "resources": [f"arn:aws:events:{REGION}:{ACCOUNT}:rule/portal-{rule['rule']}"],
                "detail": {},
            })
        except FunctionFailed as failed:
            # The next one tries again.
            said("pump", f"{rule['function']}: {failed}")


def now():
    return datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


if __name__ == "__main__":
    main()
