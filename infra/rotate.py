#!/usr/bin/env python3
"""Gives the portal a new key for codes; README's "Deploying for a real city" says what follows.

  rotate.py SECRET     the secret CodeKeys of the data stack: its name or ARN

Puts a new key before the one that is there: codes that were sent under that one still count. Prints the version of the
secret, with which the functions are deployed. Needs boto3; account and region, and where it is not AWS
AWS_ENDPOINT_URL_SECRETS_MANAGER, come from the environment.
"""

import re
import secrets
import sys

import boto3

KEY = re.compile("[0-9a-f]{64}")


class Failed(Exception):
    """What the person at the keyboard is told."""


def rotate(client, secret):
    """Returns the new version."""
    keys = client.get_secret_value(SecretId=secret)["SecretString"].split()
    if not keys or not all(KEY.fullmatch(key) for key in keys):
        raise Failed(f"{secret} is not the secret with the keys of codes: nothing was changed")
    return client.put_secret_value(SecretId=secret, SecretString=f"{secrets.token_hex(32)} {keys[0]}")["VersionId"]


def main(words):
    match words:
        case [secret]:
            print(rotate(boto3.client("secretsmanager"), secret))
        case _:
            raise Failed(__doc__)


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except Failed as failed:
        sys.exit(str(failed))
