"""Creates the tables of infra/data.yaml at an endpoint that knows DynamoDB and nothing else.

Reads its order as JSON from standard input:
  endpoint    where DynamoDB answers
  names       what the tables are called: `APPLICATIONS_TABLE` is the name of the resource Applications

What deletes, copies or hands on items (TTL, backups, stream) is left out: nothing here would act on it.
"""

import json
import pathlib
import sys

import boto3
import yaml
from botocore.config import Config
from botocore.exceptions import ClientError

TEMPLATE = pathlib.Path(__file__).resolve().parent.parent / "data.yaml"
SHAPE = ["AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "BillingMode"]


class Loader(yaml.SafeLoader):
    """Reads CloudFormation's functions (`!Ref`, `!If`) as nothing: the shape of a table has none."""


Loader.add_multi_constructor("!", lambda *_: None)


def main():
    order = json.load(sys.stdin)
    session = boto3.Session("test", "test", region_name="us-east-1")
    dynamodb = session.client("dynamodb", endpoint_url=order["endpoint"], config=Config(proxies={}))
    for resource, declared in yaml.load(TEMPLATE.read_text(), Loader)["Resources"].items():
        if declared["Type"] == "AWS::DynamoDB::Table":
            properties = declared["Properties"]
            shape = {name: properties[name] for name in SHAPE if name in properties}
            dynamodb.create_table(TableName=order["names"][f"{resource.upper()}_TABLE"], **shape)


if __name__ == "__main__":
    try:
        main()
    except ClientError as error:
        sys.exit(f"DynamoDB Local refused: {error}")
