"""The guard that keeps tests off the network does its work."""

import socket
import urllib.request

import pytest

from tests.network import NetworkForbidden


def test_a_look_up_is_refused() -> None:
    with pytest.raises(NetworkForbidden, match=r"example\.org"):
        urllib.request.urlopen("https://example.org", timeout=1)


def test_a_connection_by_address_is_refused() -> None:
    with pytest.raises(NetworkForbidden, match=r"192\.0\.2\.1"), socket.socket() as connection:
        connection.connect(("192.0.2.1", 80))


def test_the_loopback_stays_open() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        with socket.create_connection(server.getsockname()) as client:
            client.sendall(b"hello")
        connection, _ = server.accept()
        with connection:
            assert connection.recv(5) == b"hello"
