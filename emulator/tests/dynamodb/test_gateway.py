"""The gateway in front of DynamoDB."""

from http.client import HTTPConnection
from urllib.parse import urlsplit

from .live import Server


def test_a_connection_serves_many_requests(server: Server) -> None:
    connection = HTTPConnection(urlsplit(server.url).netloc)
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
