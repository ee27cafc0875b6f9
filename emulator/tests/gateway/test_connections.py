"""The gateway of a running instance."""

from http.client import HTTPConnection
from urllib.parse import urlsplit


def test_a_connection_serves_many_requests(endpoint: str) -> None:
    connection = HTTPConnection(urlsplit(endpoint).netloc)
    sockets = set()
    for _ in range(3):
        connection.request("GET", "/_localstack/health")
        response = connection.getresponse()
        response.read()
        assert response.status == 200
        sockets.add(connection.sock)

    assert len(sockets) == 1
    assert None not in sockets
    connection.close()
