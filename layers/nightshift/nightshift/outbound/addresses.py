"""Which IP addresses the service may connect to: public ones, however they are written."""

from ipaddress import IPv4Address, IPv6Address, IPv6Network

Address = IPv4Address | IPv6Address

_GLOBAL_UNICAST = IPv6Network("2000::/3")  # RFC 4291; everything else has a special meaning
_TRANSLATED = IPv6Network("64:ff9b::/96")  # RFC 6052: how a network without IPv4 reaches it


def refusal_of(address: Address, *, allow_local: bool) -> str | None:
    """Why no connection is made to the address; None if it may be.

    Args:
        allow_local: Take loopback and private networks too. Link-local, multicast and unspecified addresses, the
            instance metadata service among them, are refused even then.
    """
    inner = _carried_by(address)
    if inner is not None:
        return refusal_of(inner, allow_local=allow_local)
    if address.is_multicast:
        return "a multicast address"
    if address.is_unspecified:
        return "an unspecified address"
    if address.is_link_local:
        return "a link-local address"
    if allow_local and (address.is_loopback or address.is_private):
        return None
    if address.is_loopback:
        return "a loopback address"
    if not address.is_global or (isinstance(address, IPv6Address) and address not in _GLOBAL_UNICAST):
        return "not a public address"
    return None


def _carried_by(address: Address) -> IPv4Address | None:
    """The IPv4 address to which a connection to this IPv6 address leads, if it is of a form that carries one."""
    if not isinstance(address, IPv6Address):
        return None
    if address in _TRANSLATED:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.ipv4_mapped or address.sixtofour
