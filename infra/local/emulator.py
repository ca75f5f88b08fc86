"""Runs the emulator of AWS on loopback until its standard input closes.

Usage: emulator.py PORT STATE_DIRECTORY [--keep]

The tool that started it holds the other end of standard input: however the tool ends, this ends
too, and saves its state first when asked to keep it.
"""

import functools
import json
import os
import re
import signal
import socketserver
import sys
import threading
import time


def main():
    port, state = sys.argv[1], os.path.abspath(sys.argv[2])
    keep = "1" if "--keep" in sys.argv[3:] else "0"
    temporary = os.path.join(state, "tmp")
    os.makedirs(temporary, exist_ok=True)
    os.environ.update(
        # Temporary files of the emulator stay inside the state directory.
        TMPDIR=temporary,
        GATEWAY_PORT=port,
        BIND_HOST="127.0.0.1",
        MINISTACK_HOST="localhost",
        # Functions inherit it.
        AWS_ENDPOINT_URL=f"http://localhost:{port}",
        # Signatures, policies of roles and anonymous reads count as they do on AWS.
        AUTH="true",
        AWS_ACCESS_KEY_ID="test",
        AWS_SECRET_ACCESS_KEY="test",
        # Otherwise a port of IoT is opened on every interface.
        IOT_MTLS_ENABLED="0",
        LOG_LEVEL="WARNING",
        PERSIST_STATE=keep,
        S3_PERSIST=keep,
        STATE_DIR=os.path.join(state, "services"),
        S3_DATA_DIR=os.path.join(state, "s3"),
    )
    threading.Thread(target=stop_with_the_tool, daemon=True).start()

    # Each warm call would wait about 100 ms for two fixed delays: Nagle's algorithm on the
    # functions' runtime API, and the wait for further log lines.
    socketserver.StreamRequestHandler.disable_nagle_algorithm = True
    from ministack.app import main as serve
    from ministack.core import iam_actions, iam_evaluator, lambda_runtime
    from ministack.services import dynamodb, lambda_svc, sns

    lambda_runtime.Worker._drain_stderr_bounded.__defaults__ = (0.001, 0.001, 0.25)
    # Read positions in streams are kept over a restart, the records are not: the first changes
    # afterwards would be skipped silently, up to the old position.
    lambda_svc._restore_esm_positions = lambda *_: None
    iam_actions.extract_iam_action = without_batch(iam_actions.extract_iam_action)
    lambda_svc._emit_lambda_logs = printed(lambda_svc._emit_lambda_logs)
    # On AWS the permission for one message of a queue is the permission for a batch of them.
    named = iam_actions._action_from_target
    iam_actions._action_from_target = lambda headers: (named(headers) or "").replace("MessageBatch", "Message") or None
    # Otherwise a condition is read anew for every item of a partition: most of what a query takes.
    dynamodb._condition_syntax_error = functools.lru_cache(maxsize=4096)(dynamodb._condition_syntax_error)
    dynamodb._tokenize = once(dynamodb._tokenize)
    iam_evaluator.evaluate = noted(iam_evaluator.evaluate, os.path.join(state, "used.jsonl"))
    sns._sms_log_for = lambda phone: stamped(sns._sms_messages, phone)

    sys.argv = sys.argv[:1]
    serve()


class Stamped(list):
    """Text messages with the time of sending, which the emulator notes for e-mails only."""

    def append(self, message):
        message.setdefault("Timestamp", time.time())
        super().append(message)


def stamped(messages, phone):
    if not isinstance(messages.get(phone), Stamped):
        messages[phone] = Stamped(messages.get(phone) or [])
    return messages[phone]


def once(tokenize):
    """Each expression is taken apart once; whoever asks gets a list of their own."""
    kept = functools.lru_cache(maxsize=4096)(lambda expression: tuple(tokenize(expression)))
    return lambda expression: list(kept(expression))


def noted(evaluate, path):
    """What a role was allowed and used is written down once: who, which action, on what."""
    seen = set()

    def evaluate_and_note(request, *rest):
        result = evaluate(request, *rest)
        # Of an object the folder will do.
        use = request.principal_arn, request.action, re.sub(r"^(arn:aws:s3:::[^/]+/[^/]+/).*", r"\1*", request.resource_arn)
        if result.decision == "Allow" and use not in seen:
            seen.add(use)
            with open(path, "a") as file:
                file.write(json.dumps(use) + "\n")
        return result

    return evaluate_and_note


def without_batch(extract):
    """On AWS sqs:SendMessage allows SendMessageBatch, and so on; the emulator wants a permission of that name."""

    def extract_iam_action(service, *rest):
        action = extract(service, *rest)
        return action.removesuffix("Batch") if service == "sqs" else action

    return extract_iam_action


def printed(emit):
    """What functions log goes to the emulator's own log too, where a person can follow it."""

    def emit_and_print(func, request_id, log_text, *rest, **named):
        if log_text:
            print(log_text, flush=True)
        emit(func, request_id, log_text, *rest, **named)

    return emit_and_print


def stop_with_the_tool():
    while sys.stdin.buffer.read(1):
        pass
    # State is saved on this signal only.
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    main()
