"""What limits by address count: the address, or the /64 of one of IPv6."""

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.common.http.client_address import network

HOST_BITS = 64


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:DB8:1:2::", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("::ffff:cb00:7107", "203.0.113.7"),
        ("", ""),
        ("no address", "no address"),
    ],
)
def test_an_address_is_counted_by_its_network(address: str, counted: str) -> None:
    assert network(address) == counted


@given(st.integers(1, 2**HOST_BITS - 1), st.integers(0, 2**HOST_BITS - 1), st.integers(0, 2**HOST_BITS - 1))
def test_a_host_cannot_leave_its_network(prefix: int, host: int, other: int) -> None:
    address = IPv6Address(prefix << HOST_BITS | host)
    assert network(str(address)) == network(str(IPv6Address(prefix << HOST_BITS | other)))
    counted = ip_network(network(str(address)))
    assert isinstance(counted, IPv6Network)
    assert (counted.prefixlen, address in counted) == (HOST_BITS, True)


@given(st.ip_addresses(v=4), st.ip_addresses(v=4))
def test_addresses_of_ipv4_are_counted_one_by_one(one: IPv4Address, other: IPv4Address) -> None:
    assert (network(str(one)) == network(str(other))) is (one == other)
    assert network(f"::ffff:{one}") == network(str(one))
