"""Deploys both templates to the emulator; quick when nothing changed.

Reads its order as JSON from standard input:
  endpoint    the emulator
  origin      where browsers open the portal
  schedule    whether places are recalculated every minute
  keep        directory for notes that outlive the emulator's state
  code        function's name -> path of the binary; "*" stands for all others
Prints as JSON: api (the API's id), routes (path -> function), environment (of a function, as
deployed), logs (the functions' log group), published (where everybody reads what is published).
"""

import hashlib
import io
import json
import pathlib
import re
import subprocess
import sys
import time
import zipfile

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

INFRA = pathlib.Path(__file__).resolve().parent.parent
REGION = "us-east-1"
CODE_BUCKET = "portal-code"
DEPLOYED = "/portal/deployed"
MAIL_FROM = "portal@example.kz"
CODE_URI = re.compile(r"CodeUri: \.\./target/lambda/([a-z-]+)/")


class Failed(Exception):
    """What the person at the keyboard is told."""


def main():
    order = json.load(sys.stdin)
    data_template = (INFRA / "data.yaml").read_text()
    functions_template = (INFRA / "functions.yaml").read_text()
    check(pathlib.Path(order["keep"]), data_template + functions_template)

    session = boto3.Session("test", "test", region_name=REGION)

    def client(service):
        return session.client(service, endpoint_url=order["endpoint"], config=Config(proxies={}))

    s3, cloudformation = client("s3"), client("cloudformation")
    archives = {}

    def place_code(match):
        name = match.group(1)
        path = order["code"].get(name, order["code"].get("*"))
        if path not in archives:
            archives[path] = archive(pathlib.Path(path))
        return f"CodeUri: s3://{CODE_BUCKET}/{archives[path][0]}"

    functions_template = CODE_URI.sub(place_code, functions_template)
    names = CODE_URI.findall((INFRA / "functions.yaml").read_text())
    common = {"Stage": "local", "PublicOrigin": order["origin"], "BucketEndpoint": order["endpoint"]}
    stacks = [
        ("portal-data", data_template, common | {"OfficerMfa": "OPTIONAL"}),
        ("portal", functions_template, common | demo(order["schedule"]) | {
            "OfficerKeysEndpoint": order["endpoint"],
            "Architecture": "x86_64",
        }),
    ]

    # What is deployed is noted in the emulator itself: the note is kept and lost with the stacks.
    ssm = client("ssm")
    digest = hashlib.sha256(json.dumps(stacks).encode()).hexdigest()
    if deployed(ssm) != digest:
        if CODE_BUCKET not in [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]]:
            s3.create_bucket(Bucket=CODE_BUCKET)
        for key, body in archives.values():
            s3.put_object(Bucket=CODE_BUCKET, Key=key, Body=body)
        # The emulator sends mail only in the name of a verified sender, like AWS.
        client("ses").verify_email_identity(EmailAddress=MAIL_FROM)
        for name, template, parameters in stacks:
            deploy(cloudformation, name, place_template(s3, order["endpoint"], name, template), parameters)
        ssm.put_parameter(Name=DEPLOYED, Value=digest, Type="String", Overwrite=True)

    outputs = {
        output["OutputKey"]: output["OutputValue"]
        for name, _, _ in stacks
        for output in cloudformation.describe_stacks(StackName=name)["Stacks"][0]["Outputs"]
    }
    function = client("lambda").get_function_configuration(FunctionName=f"portal-{names[0]}")
    json.dump({
        "api": outputs["ApiId"],
        "logs": outputs["LogGroup"],
        "published": outputs["PublishedOrigin"],
        "routes": routes(client("apigatewayv2"), outputs["ApiId"]),
        "environment": function["Environment"]["Variables"],
    }, sys.stdout)


def demo(schedule):
    """What functions.yaml is told of the demo city."""
    return {
        "Recalculation": "ENABLED" if schedule else "DISABLED",
        "DemoData": "true",
        "DepartmentPhone": "+7 (7212) 00-00-00",
        "DepartmentEmail": "bilim@portal.invalid",
        "DepartmentAddressRu": "проспект Бухар-Жырау, 1, кабинет 100; пн–пт с 9:00 до 18:00, обед с 13:00 до 14:00",
        "DepartmentAddressKk": "Бұқар жырау даңғылы, 1, 100-кабинет; дс–жм 9:00–18:00, түскі үзіліс 13:00–14:00",
        "MailFrom": MAIL_FROM,
        "SmsSenderId": "Portal",
    }


def routes(gateway, api):
    def every(operation, **order):
        return gateway.get_paginator(operation).paginate(ApiId=api, **order).search("Items[]")

    functions = {
        integration["IntegrationId"]: integration["IntegrationUri"].split(":function:portal-")[-1]
        for integration in every("get_integrations")
    }
    return {
        route["RouteKey"].removeprefix("ANY "): functions[route["Target"].split("/")[-1]]
        for route in every("get_routes")
        if route["RouteKey"] != "$default"
    }


def check(keep, templates):
    """The emulator accepts broken templates; cfn-lint does not. Only when they changed: it takes seconds."""
    stamp = keep / "templates.sha256"
    digest = hashlib.sha256(templates.encode()).hexdigest()
    if stamp.exists() and stamp.read_text() == digest:
        return
    lint = subprocess.run(
        [pathlib.Path(sys.executable).with_name("cfn-lint"), INFRA / "data.yaml", INFRA / "functions.yaml"],
        capture_output=True, text=True,
    )
    if lint.returncode:
        raise Failed(f"the templates in infra/ do not pass cfn-lint:\n{lint.stdout}{lint.stderr}")
    keep.mkdir(parents=True, exist_ok=True)
    stamp.write_text(digest)


def archive(binary):
    """A deployment package that starts the binary where it lies, instead of fifteen copies of it."""
    script = f"#!/bin/sh\nexec '{binary}'\n"
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as package:
        # A fixed date, or the same code would look new each time.
        entry = zipfile.ZipInfo("bootstrap", (2000, 1, 1, 0, 0, 0))
        entry.external_attr = 0o755 << 16
        package.writestr(entry, script)
    return hashlib.sha256(body.getvalue()).hexdigest() + ".zip", body.getvalue()


def status(cloudformation, name):
    try:
        return cloudformation.describe_stacks(StackName=name)["Stacks"][0]["StackStatus"]
    except ClientError:
        return None


def deployed(ssm):
    try:
        return ssm.get_parameter(Name=DEPLOYED)["Parameter"]["Value"]
    except ssm.exceptions.ParameterNotFound:
        return None


def place_template(s3, endpoint, name, template):
    """Where the template can be fetched: CloudFormation takes 51,200 bytes in a request, and a million from a bucket."""
    key = f"{name}.yaml"
    s3.put_object(Bucket=CODE_BUCKET, Key=key, Body=template.encode())
    return f"{endpoint}/{CODE_BUCKET}/{key}"


def deploy(cloudformation, name, template, parameters):
    before = status(cloudformation, name)
    if before in ("CREATE_FAILED", "ROLLBACK_COMPLETE", "ROLLBACK_FAILED"):
        # A stack that was never made whole cannot be updated.
        cloudformation.delete_stack(StackName=name)
        settle(cloudformation, name)
        before = None
    order = {
        "StackName": name,
        "TemplateURL": template,
        "Parameters": [{"ParameterKey": k, "ParameterValue": v} for k, v in parameters.items()],
        "Capabilities": ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"],
    }
    try:
        if before is None:
            cloudformation.create_stack(**order)
        else:
            cloudformation.update_stack(**order)
    except ClientError as error:
        if "No updates are to be performed" in str(error):
            return
        raise Failed(f"stack {name}: {error}") from error
    now = settle(cloudformation, name)
    if now not in ("CREATE_COMPLETE", "UPDATE_COMPLETE"):
        reasons = [
            f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason', 'no reason given')}"
            for event in cloudformation.describe_stack_events(StackName=name)["StackEvents"]
            if event["ResourceStatus"].endswith("FAILED")
        ]
        raise Failed(f"stack {name} is {now}: " + "; ".join(reasons[-3:]))


def settle(cloudformation, name):
    """The stack's state once nothing moves any more."""
    deadline = time.monotonic() + 120
    while (now := status(cloudformation, name) or "").endswith("IN_PROGRESS"):
        if time.monotonic() > deadline:
            raise Failed(f"stack {name} is still {now} after two minutes")
        time.sleep(0.1)
    return now


if __name__ == "__main__":
    try:
        main()
    except Failed as failed:
        sys.exit(str(failed))
    except ClientError as error:
        sys.exit(f"the emulator refused: {error}")
