"""Which URLs are taken, and which addresses are refused in whatever form they are written."""

from ipaddress import ip_address

import pytest

from nightshift.outbound.addresses import refusal_of
from nightshift.outbound.urls import RefusedUrlError, Target, target_of

pytestmark = pytest.mark.unit

PUBLIC = ["93.184.215.14", "1.1.1.1", "2606:4700:4700::1111", "::ffff:8.8.8.8", "2002:808:808::1", "64:ff9b::8.8.8.8"]
LOCAL = ["127.0.0.1", "127.255.255.254", "::1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "fd00:ec2::254", "fc00::1"]
LOCAL_IN_ANOTHER_FORM = ["::ffff:127.0.0.1", "::ffff:10.0.0.1", "2002:7f00:1::", "64:ff9b::127.0.0.1"]
NEVER = [
    "169.254.169.254",
    "::ffff:169.254.169.254",
    "64:ff9b::169.254.169.254",
    "2002:a9fe:a9fe::",
    "fe80::1",
    "fe80::1%eth0",
    "0.0.0.0",
    "::",
    "224.0.0.1",
    "239.255.255.250",
    "ff02::1",
]
NOT_PUBLIC = [
    "100.64.0.1",  # shared by carriers
    "0.1.2.3",
    "192.0.0.1",
    "192.0.2.1",  # documentation
    "198.18.0.1",  # benchmarks
    "198.51.100.1",
    "203.0.113.1",
    "240.0.0.1",
    "255.255.255.255",
    "::7f00:1",  # IPv4-compatible, deprecated
    "64:ff9b:1::7f00:1",  # translation within a network
    "100::1",  # discarded
    "2001::1",  # Teredo
    "2001:db8::1",
    "fec0::1",  # site-local, deprecated
    "5f00::1",
]


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_is_taken(address: str) -> None:
    assert refusal_of(ip_address(address), allow_local=False) is None


@pytest.mark.parametrize("address", [*LOCAL, *LOCAL_IN_ANOTHER_FORM, *NEVER, *NOT_PUBLIC])
def test_any_other_is_refused(address: str) -> None:
    assert refusal_of(ip_address(address), allow_local=False)


@pytest.mark.parametrize("address", [*LOCAL, *LOCAL_IN_ANOTHER_FORM])
def test_a_local_stack_takes_local_addresses(address: str) -> None:
    assert refusal_of(ip_address(address), allow_local=True) is None


@pytest.mark.parametrize("address", NEVER)
def test_the_metadata_service_and_its_like_are_refused_even_there(address: str) -> None:
    assert refusal_of(ip_address(address), allow_local=True)


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("https://example.com", Target("https", "example.com", 443, "/")),
        ("https://EXAMPLE.com:8443/a%20b?c=d#e", Target("https", "example.com", 8443, "/a%20b?c=d")),
        ("https://xn--bcher-kva.example:80/", Target("https", "xn--bcher-kva.example", 80, "/")),
        ("https://1.1.1.1/", Target("https", "1.1.1.1", 443, "/")),
        ("https://[2606:4700:4700::1111]/", Target("https", "2606:4700:4700::1111", 443, "/")),
        ("https://10.example.com/", Target("https", "10.example.com", 443, "/")),
        ("https://localhost.example/", Target("https", "localhost.example", 443, "/")),
    ],
)
def test_a_url_is_taken_apart(url: str, target: Target) -> None:
    assert target_of(url, allow_local=False) == target


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://example.com/", "https://"),
        ("ftp://example.com/", "https://"),
        ("file:///etc/passwd", "https://"),
        ("example.com/hook", "https://"),
        ("https://user@example.com/", "user name"),
        ("https://user:word@example.com/", "user name"),
        ("https://example.com@127.0.0.1/", "user name"),
        ("https://@example.com/", "user name"),
        ("https://example.com:0/", "port 0"),
        ("https://example.com:22/", "port 22"),
        ("https://example.com:1023/", "port 1023"),
        ("https://example.com:65536/", "malformed"),
        ("https://example.com:port/", "malformed"),
        ("https://[::1", "malformed"),
        ("https:///hook", "no host"),
        ("https://:443/", "no host"),
        ("https://bücher.example/", "encoded"),
        ("https://example.com/a b", "encoded"),
        ("https://example.com\\@127.0.0.1/", "encoded"),
        ("https://example.com/\r\nHost: other", "encoded"),
        ("https://a..b/", "no host name"),
        ("https://127.0.0.1/", "loopback"),
        ("https://[::1]/", "loopback"),
        ("https://[::ffff:127.0.0.1]/", "loopback"),
        ("https://[::ffff:7f00:1]/", "loopback"),
        ("https://169.254.169.254/", "link-local"),
        ("https://2130706433/", "no host name"),
        ("https://0x7f000001/", "no host name"),
        ("https://0x7f.1/", "no host name"),
        ("https://0177.0.0.1/", "no host name"),
        ("https://017700000001/", "no host name"),
        ("https://127.1/", "no host name"),
        ("https://127.0.0.1./", "no host name"),
        ("https://0/", "no host name"),
        ("https://127.0.0.0x1/", "no host name"),
        ("https://%31%32%37.0.0.1/", "no host name"),
    ],
)
def test_a_url_is_refused_with_the_reason(url: str, why: str) -> None:
    with pytest.raises(RefusedUrlError, match=why):
        target_of(url, allow_local=False)


def test_a_local_stack_takes_http_and_local_addresses() -> None:
    assert target_of("http://127.0.0.1:8000/hook", allow_local=True) == Target("http", "127.0.0.1", 8000, "/hook")
    for url in ("ftp://127.0.0.1/", "http://169.254.169.254/", "http://127.1/", "http://127.0.0.1:22/"):
        with pytest.raises(RefusedUrlError):
            target_of(url, allow_local=True)
