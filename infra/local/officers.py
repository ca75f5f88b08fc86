"""Makes the demo's officers in the user pool of the emulator, or finds them as they were made.

Reads its order as JSON from standard input:
  endpoint    the emulator
  pool        the user pool
  client      the portal's client of it
  school      id of the school of the school's officer
  keep        file for the passwords, drawn once
  trial       whether the tests' own officers are wanted too
Prints the officers as JSON: kind -> name, password, and what else there is to know.
"""

import base64
import hashlib
import hmac
import json
import os
import pathlib
import secrets
import string
import struct
import sys
import time

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

REGION = "us-east-1"
SIGNS = string.ascii_letters + string.digits

# Kind, group, the name that colleagues see.
DEMO = [
    ("department", "department", "Анар Үлгібекова"),
    ("school", "school", "Борис Примеров"),
    ("administrator", "administrator", "Вера Образцова"),
]
# For tests: the first sign-in, the second factor, somebody without a role.
TRIAL = [
    ("newcomer", "department", "Гүлнар Мысалова"),
    ("guarded", "department", "Данияр Сынақов"),
    ("nobody", None, "Елена Пробная"),
]


def main():
    order = json.load(sys.stdin)
    pool = boto3.Session("test", "test", region_name=REGION).client(
        "cognito-idp", endpoint_url=order["endpoint"], config=Config(proxies={})
    )
    officers = {}
    passwords = kept(pathlib.Path(order["keep"]))
    trial = TRIAL if order["trial"] else []
    for kind, _, _ in trial:
        forget(pool, order["pool"], kind)
    for kind, group, name in DEMO + trial:
        password = passwords.setdefault(kind, draw())
        school = order["school"] if group == "school" else None
        create(pool, order["pool"], kind, group, name, school)
        # Permanent, so that nobody is stopped by the first change; but that is what the newcomer is for.
        pool.admin_set_user_password(
            UserPoolId=order["pool"], Username=kind, Password=password, Permanent=kind != "newcomer"
        )
        officers[kind] = {"name": kind, "password": password} | ({"school": school} if school else {})
    if order["trial"]:
        officers["guarded"]["secret"] = guard(pool, order, officers["guarded"])
    keep(pathlib.Path(order["keep"]), passwords)
    json.dump(officers, sys.stdout)


def kept(path):
    return json.loads(path.read_text()) if path.exists() else {}


def keep(path, passwords):
    path.parent.mkdir(parents=True, exist_ok=True)
    # Nobody else on this machine needs to read them.
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(passwords, file)


def draw():
    """A password that fits the pool's rules."""
    while True:
        password = "".join(secrets.choice(SIGNS) for _ in range(14))
        if all(any(sign in kind for sign in password) for kind in (string.ascii_lowercase, string.ascii_uppercase, string.digits)):
            return password


def forget(pool, pool_id, kind):
    """The tests' own officers begin anew each time, without the authenticator of the time before."""
    try:
        pool.admin_delete_user(UserPoolId=pool_id, Username=kind)
    except pool.exceptions.UserNotFoundException:
        pass


def create(pool, pool_id, kind, group, name, school):
    attributes = [{"Name": "name", "Value": name}]
    if school:
        attributes.append({"Name": "custom:school", "Value": school})
    try:
        pool.admin_create_user(
            UserPoolId=pool_id, Username=kind, UserAttributes=attributes, MessageAction="SUPPRESS"
        )
    except pool.exceptions.UsernameExistsException:
        # The demo city may have been drawn anew, with another school.
        pool.admin_update_user_attributes(UserPoolId=pool_id, Username=kind, UserAttributes=attributes)
    if group:
        pool.admin_add_user_to_group(UserPoolId=pool_id, Username=kind, GroupName=group)


def guard(pool, order, officer):
    """Gives an officer an authenticator; its key is what the tests make codes of."""
    begun = pool.admin_initiate_auth(
        UserPoolId=order["pool"], ClientId=order["client"], AuthFlow="ADMIN_USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": officer["name"], "PASSWORD": officer["password"]},
    )
    token = begun["AuthenticationResult"]["AccessToken"]
    secret = pool.associate_software_token(AccessToken=token)["SecretCode"]
    pool.verify_software_token(AccessToken=token, UserCode=code(secret))
    return secret


def code(secret):
    """RFC 6238."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    mac = hmac.new(key, struct.pack(">Q", int(time.time() // 30)), hashlib.sha1).digest()
    offset = mac[-1] & 15
    return f"{(struct.unpack('>I', mac[offset:offset + 4])[0] & 0x7FFFFFFF) % 1_000_000:06d}"


if __name__ == "__main__":
    try:
        main()
    except ClientError as error:
        sys.exit(f"the emulator refused: {error}")
