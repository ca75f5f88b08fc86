"""Runs LocalStack on loopback, without Docker, until its standard input closes.

Usage: ground.py PORT ROOT, in LocalStack's own environment; ROOT holds what localstack.rs laid there.

DynamoDB Local, which LocalStack starts, has the same standard input: however the tool ends, both end.
"""

import os
import sys
import threading


def main():
    port, root = sys.argv[1], os.path.abspath(sys.argv[2])
    os.environ.update(
        OVERRIDE_IN_DOCKER="0",
        FILESYSTEM_ROOT=root,
        GATEWAY_SERVER="hypercorn",
        GATEWAY_LISTEN=f"127.0.0.1:{port}",
        LOCALSTACK_HOST=f"localhost:{port}",
        # Addresses of queues under the same host and port.
        SQS_ENDPOINT_STRATEGY="path",
        # Signatures of addresses count as they do on AWS; those under what is posted do not.
        S3_SKIP_SIGNATURE_VALIDATION="0",
        # The streams of DynamoDB Local itself: the older way wants another download.
        PROVIDER_OVERRIDE_DYNAMODB="v2",
        PROVIDER_OVERRIDE_DYNAMODBSTREAMS="v2",
        DYNAMODB_IN_MEMORY="1",
        LS_LOG="warn",
        # Nothing is fetched, nobody is told, nothing else is listened to.
        SKIP_SSL_CERT_DOWNLOAD="1",
        DISABLE_EVENTS="1",
        DNS_ADDRESS="0",
    )
    from localstack.runtime.main import main as serve

    threading.Thread(target=stop_with_the_tool, daemon=True).start()
    sys.argv = sys.argv[:1]
    serve()


def stop_with_the_tool():
    while os.read(0, 1):
        pass
    # Nothing is worth saving, and its own tidy end waits for what may hang.
    os._exit(0)


if __name__ == "__main__":
    main()
