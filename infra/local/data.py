"""Deploys the data template alone, to LocalStack, and tells what the functions need to run beside it.

Reads its order as JSON from standard input:
  endpoint    LocalStack
  standin     the emulator that stands in for the officers' pool and for mail
  origin      where browsers open the portal
  schedule    whether places are recalculated every minute
  keep        directory for notes
Prints as JSON: environment (of every function), functions (name -> its own environment), routes
(path -> function), sources (what calls functions: queues, streams), schedules, published.

LocalStack without a licence has neither Lambda nor a gateway: what functions.yaml says of them is
read here and done by pump.py and the tool's own proxy.
"""

import json
import pathlib
import re
import sys

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError
from samtranslator.yaml_helper import yaml_parse

import deploy

STACK, DATA_STACK = "portal", "portal-data"
SECRET = re.compile(r"\{\{resolve:secretsmanager:(.+?)\}\}")
REMOVED = object()


def main():
    order = json.load(sys.stdin)
    data, functions = [(deploy.INFRA / name).read_text() for name in ("data.yaml", "functions.yaml")]
    deploy.check(pathlib.Path(order["keep"]), data + functions)
    endpoint, stand_in = order["endpoint"], order["standin"]
    common = {"Stage": "local", "PublicOrigin": order["origin"], "BucketEndpoint": endpoint}

    cloudformation = client("cloudformation", endpoint)
    exports = place(cloudformation, endpoint, data, common | {"OfficerPool": "none"})
    # Text messages can be read at an address that LocalStack knows once it was asked for the service.
    client("sns", endpoint).list_topics()

    officers = place(client("cloudformation", stand_in), stand_in, data, common | {"OfficerMfa": "OPTIONAL"})
    exports |= {name: value for name, value in officers.items() if name.removeprefix(f"{DATA_STACK}-").startswith("Officer")}
    client("ses", stand_in).verify_email_identity(EmailAddress=deploy.MAIL_FROM)

    template = yaml_parse(functions)
    parameters = {name: declared.get("Default", "") for name, declared in template["Parameters"].items()}
    parameters |= common | deploy.demo(order["schedule"]) | {"OfficerKeysEndpoint": stand_in}
    reading = Reading(template, parameters, exports, client("secretsmanager", endpoint))
    json.dump({
        "environment": reading.variables(template["Globals"]["Function"]),
        "functions": reading.functions(),
        "routes": reading.routes(),
        "sources": reading.sources(),
        "schedules": reading.schedules(),
        "published": exports[f"{DATA_STACK}-PublishedOrigin"],
    }, sys.stdout)


def client(service, endpoint):
    session = boto3.Session("test", "test", region_name=deploy.REGION)
    return session.client(service, endpoint_url=endpoint, config=Config(proxies={}))


def place(cloudformation, endpoint, template, parameters):
    """Deploys the data template: what it exports."""
    s3 = client("s3", endpoint)
    if deploy.CODE_BUCKET not in [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]]:
        s3.create_bucket(Bucket=deploy.CODE_BUCKET)
    deploy.deploy(cloudformation, DATA_STACK, deploy.place_template(s3, endpoint, DATA_STACK, template), parameters)
    outputs = cloudformation.describe_stacks(StackName=DATA_STACK)["Stacks"][0]["Outputs"]
    return {f"{DATA_STACK}-{output['OutputKey']}": output["OutputValue"] for output in outputs}


class Reading:
    """functions.yaml as CloudFormation would read it, as far as that template goes."""

    def __init__(self, template, parameters, exports, secrets):
        self.template, self.parameters, self.exports, self.secrets = template, parameters, exports, secrets
        self.resources = template["Resources"]

    def of_type(self, kind):
        there = {name: r for name, r in self.resources.items() if "Condition" not in r or self.holds({"Condition": r["Condition"]})}
        return [(name, r["Properties"]) for name, r in there.items() if r["Type"] == kind]

    def name(self, function):
        return self.resources[function]["Properties"]["Handler"]

    def variables(self, declared):
        found = self.value(declared.get("Environment", {}).get("Variables", {}))
        return {name: str(value) for name, value in found.items()}

    def functions(self):
        found = self.of_type("AWS::Serverless::Function")
        return {declared["Handler"]: self.variables(declared) for _, declared in found}

    def routes(self):
        found = {}
        for _, route in self.of_type("AWS::ApiGatewayV2::Route"):
            integration = re.fullmatch(r"integrations/\$\{(\w+)\}", route["Target"]["Fn::Sub"]).group(1)
            if route["RouteKey"] != "$default":
                called = self.called(self.resources[integration]["Properties"]["IntegrationUri"])
                found[route["RouteKey"].removeprefix("ANY ")] = self.name(called)
        return found

    def called(self, uri):
        """The function that an integration leads to."""
        match list(uri.items()):
            case [("Fn::GetAtt", [function, "Arn"])]:
                return function
            case [("Fn::If", [name, then, otherwise])]:
                return self.called(then if self.holds({"Condition": name}) else otherwise)
        raise deploy.Failed(f"functions.yaml has an integration that data.py does not know: {uri}")

    def sources(self):
        return [
            self.value({**source, "FunctionName": self.name(source["FunctionName"]["Ref"])})
            for _, source in self.of_type("AWS::Lambda::EventSourceMapping")
        ]

    def schedules(self):
        return [
            {"rule": name, "rate": rule["ScheduleExpression"], "function": self.name(rule["Targets"][0]["Arn"]["Fn::GetAtt"][0])}
            for name, rule in self.of_type("AWS::Events::Rule")
            if self.value(rule.get("State", "ENABLED")) == "ENABLED"
        ]

    def value(self, declared):
        if isinstance(declared, list):
            values = [self.value(one) for one in declared]
            return [value for value in values if value is not REMOVED]
        if not isinstance(declared, dict):
            return declared
        match list(declared.items()):
            case [("Ref", name)]:
                return self.reference(name)
            case [("Fn::ImportValue", name)]:
                return self.exports[self.value(name)]
            case [("Fn::Sub", text)]:
                return self.substituted(text)
            case [("Fn::If", [name, then, otherwise])]:
                return self.value(then if self.holds({"Condition": name}) else otherwise)
            case [(name, _)] if name.startswith("Fn::"):
                raise deploy.Failed(f"functions.yaml uses {name} where data.py does not know it")
        values = {name: self.value(one) for name, one in declared.items()}
        return {name: value for name, value in values.items() if value is not REMOVED}

    def reference(self, name):
        if name == "AWS::NoValue":
            return REMOVED
        return STACK if name == "AWS::StackName" else self.parameters[name]

    def substituted(self, text):
        text, own = (text, {}) if isinstance(text, str) else text
        own = self.value(own)
        text = re.sub(r"\$\{([\w:]+)\}", lambda found: own.get(found[1]) or self.reference(found[1]), text)
        return SECRET.sub(lambda found: self.secrets.get_secret_value(SecretId=found[1])["SecretString"], text)

    def holds(self, condition):
        match list(condition.items()):
            case [("Condition", name)]:
                return self.holds(self.template["Conditions"][name])
            case [("Fn::Equals", [left, right])]:
                return self.value(left) == self.value(right)
            case [("Fn::Not", [one])]:
                return not self.holds(one)
            case [("Fn::And", all_of)]:
                return all(self.holds(one) for one in all_of)
        raise deploy.Failed(f"functions.yaml has a condition that data.py does not know: {condition}")


if __name__ == "__main__":
    try:
        main()
    except deploy.Failed as failed:
        sys.exit(str(failed))
    except ClientError as error:
        sys.exit(f"refused: {error}")
