"""Which addresses are of the public internet: every way in which one that is not has been made to look so."""

import pytest

from chalicelib.tracks.fetching import addresses

PUBLIC = ("140.82.121.4", "8.8.8.8", "172.32.0.1", "172.15.255.255", "100.128.0.1", "2606:50c0:8000::154", "2a00::1")
OTHERS = (
    "127.0.0.1",
    "127.1.2.3",
    "0.0.0.0",  # noqa: S104
    "10.0.0.1",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "169.254.169.254",
    "169.254.170.2",
    "100.64.0.1",
    "100.100.100.200",
    "192.0.0.192",
    "192.0.2.1",
    "192.88.99.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::ffff:127.0.0.1",
    "::ffff:8.8.8.8",
    "::ffff:a9fe:a9fe",
    "::127.0.0.1",
    "::ffff:0:7f00:1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b::808:808",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "2001:0:a9fe:a9fe::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "2002:808:808::1",
    "3fff::1",
    "5f00::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%eth0",
    "2606:50c0:8000::154%eth0",
    "fec0::1",
    "ff02::1",
)
NO_ADDRESSES = ("", "localhost", "0177.0.0.1", "0x7f.1", "2130706433", "127.1", "8.8.8.8 ", "8.8.8.8/0", "[::1]")


@pytest.mark.parametrize("address", PUBLIC)
def test_hosts_of_the_internet_are_public(address: str) -> None:
    assert addresses.is_public(address)


@pytest.mark.parametrize("address", OTHERS + NO_ADDRESSES)
def test_nothing_else_is(address: str) -> None:
    assert not addresses.is_public(address)


def test_only_plain_loopback_addresses_are_of_this_machine() -> None:
    assert addresses.is_loopback("127.0.0.1")
    assert addresses.is_loopback("::1")
    assert not any(map(addresses.is_loopback, ("169.254.169.254", "0.0.0.1", "::", "10.0.0.1", "localhost")))
