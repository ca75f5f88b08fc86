"""Runs Amazon's own DynamoDB Local on loopback until its standard input closes, as emulator.py does.

Usage: second.py PORT FOLDER, where FOLDER holds DynamoDBLocal.jar.

Started by itself it listens on every interface, and none of its options changes that: here the
server inside it is told where to listen before it is started.
"""

import pathlib
import sys

import jpype

SERVER = "software.amazon.dynamodb.services.local.main.ServerRunner"


def main():
    port, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    jpype.startJVM(f"-Djava.library.path={folder / 'DynamoDBLocal_lib'}", classpath=[folder / "DynamoDBLocal.jar"])
    server = jpype.JClass(SERVER).createServerFromCommandLineArgs(["-inMemory", "-disableTelemetry", "-port", port])
    field = server.getClass().getDeclaredField("server")
    field.setAccessible(True)
    connectors = field.get(server).getConnectors()
    if not connectors:
        sys.exit("DynamoDB Local no longer says where it will listen")
    for connector in connectors:
        connector.setHost("127.0.0.1")
    server.safeStart()

    while sys.stdin.buffer.read(1):
        pass
    server.stop()


if __name__ == "__main__":
    main()
