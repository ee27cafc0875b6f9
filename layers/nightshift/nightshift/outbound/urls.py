"""Which URLs may be asked for at all, judged by their text alone."""

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import urlsplit

from nightshift.outbound.addresses import refusal_of

_WELL_KNOWN_PORTS = (80, 443)
_FIRST_FREE_PORT = 1024
_DEFAULT_PORT = {"https": 443, "http": 80}


class RefusedUrlError(ValueError):
    """The URL, or the address it leads to, is none that the service connects to; the text says why."""


@dataclass(frozen=True, slots=True)
class Target:
    """The parts of a URL that was found acceptable. ``host`` is ASCII, without brackets."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def authority(self) -> str:
        """What a Host header says."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _DEFAULT_PORT[self.scheme] else f"{host}:{self.port}"


def target_of(url: str, *, allow_local: bool) -> Target:
    """The URL's parts. Names are not resolved: where they lead is judged when the connection is made.

    Args:
        allow_local: Take http, and addresses of this machine and of private networks.

    Raises:
        RefusedUrlError: the scheme, port or host is not acceptable, or the URL names a user or is malformed.
    """
    if not url.isascii() or not url.isprintable() or any(character in url for character in ' \\"<>'):
        raise RefusedUrlError("the URL has characters that have to be encoded")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise RefusedUrlError(f"the URL is malformed: {error}") from error
    if parts.scheme != "https" and not (allow_local and parts.scheme == "http"):
        raise RefusedUrlError("the URL must begin with https://")
    if "@" in parts.netloc:
        raise RefusedUrlError("the URL must not hold a user name or password")
    port = port if port is not None else _DEFAULT_PORT[parts.scheme]
    if port not in _WELL_KNOWN_PORTS and port < _FIRST_FREE_PORT:
        raise RefusedUrlError(f"port {port} is refused; use 80, 443 or one from {_FIRST_FREE_PORT} up")
    if not host:
        raise RefusedUrlError("the URL names no host")
    _refuse_literal(host, allow_local=allow_local)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(parts.scheme, host, port, path)


def _refuse_literal(host: str, *, allow_local: bool) -> None:
    address = _address_in(host)
    if address is None:
        # Resolvers also read 2130706433, 0x7f.1 and 0177.0.0.1 as addresses; the URL standard has hosts that end in
        # a number be addresses, so none of these is a name.
        last = host.removesuffix(".").rpartition(".")[2]
        if last.isdigit() or last.startswith("0x"):
            raise RefusedUrlError(f"{host} is no host name; write an address as four decimal numbers")
        if host.startswith(".") or ".." in host or ":" in host or "%" in host:
            raise RefusedUrlError(f"{host} is no host name")
    elif reason := refusal_of(address, allow_local=allow_local):
        raise RefusedUrlError(f"{host} is {reason}")


def _address_in(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None
