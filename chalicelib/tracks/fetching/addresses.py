"""Tells addresses of the public internet from all others. Pure.

A name of somebody else's may resolve to anything: to this machine, to the platform's own services (169.254.169.254,
fd00:ec2::254), to a network behind it. Only what is public is connected to. Of IPv6 that is what is given out
(2000::/3), but for the parts of it that carry an IPv4 address or lead to no host: what lies outside, such as NAT64
(64:ff9b::/96) and IPv4 in IPv6 (::ffff:0:0/96), is refused with it.
"""

import ipaddress

_GIVEN_OUT = ipaddress.IPv6Network("2000::/3")
_NO_HOSTS_6 = tuple(
    ipaddress.IPv6Network(each)
    for each in (
        "2001::/23",  # of protocols: Teredo (2001::/32), benchmarks, ORCHID
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4
        "3fff::/20",  # documentation
    )
)
_NO_HOSTS_4 = tuple(
    ipaddress.IPv4Network(each)
    for each in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",  # behind a provider's NAT
        "127.0.0.0/8",
        "169.254.0.0/16",  # link-local, and the platform's metadata
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.31.196.0/24",
        "192.52.193.0/24",
        "192.88.99.0/24",  # relays of 6to4
        "192.168.0.0/16",
        "192.175.48.0/24",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/3",  # multicast, reserved, broadcast
    )
)


def is_public(address: str) -> bool:
    """Whether an address, as a resolver writes it, is one of the public internet. What is no address is not."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(parsed, ipaddress.IPv4Address):
        return not any(parsed in network for network in _NO_HOSTS_4)
    if parsed.scope_id is not None or parsed not in _GIVEN_OUT:
        return False
    return not any(parsed in network for network in _NO_HOSTS_6)


def is_loopback(address: str) -> bool:
    """Whether it is one of this machine itself, without detours."""
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False
