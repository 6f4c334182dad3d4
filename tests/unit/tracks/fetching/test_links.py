"""Which links may be fetched."""

import pytest

from chalicelib.tracks.fetching import links
from chalicelib.tracks.fetching.links import Host, Repository
from chalicelib.tracks.fetching.reasons import Refused

HOSTS = links.hosts_of("github.com, Codeberg.org,127.0.0.1:8418", is_local=True)
GITHUB = Repository(Host("github.com"), "/ann/sums")


@pytest.mark.parametrize(
    ("link", "path"),
    [
        ("https://github.com/ann/sums", "/ann/sums"),
        ("https://GitHub.com:443/ann/sums/", "/ann/sums"),
        ("https://github.com/ann/sums.git", "/ann/sums.git"),
    ],
)
def test_plain_links_are_taken(link: str, path: str) -> None:
    assert links.repository_of(link, HOSTS) == Repository(Host("github.com"), path)


@pytest.mark.parametrize(
    "link",
    [
        "https://me:secret@github.com/ann/sums",
        "https://github.com@evil.example/ann/sums",
        "https://github.com\\@evil.example/ann",
        "https://github.com/ann/sums?x=1",
        "https://github.com/ann/sums#main",
        "https://github.com/ann/../sums",
        "https://github.com/./sums",
        "https://github.com/ann%2fsums",
        "https://github.com/ann//sums",
        "https://github.com",
        "https://github.com/",
        "https://[::1]/ann/sums",
        "https://github.com/ann/sums\r\nHost: evil",
        "https://github.com/ann/sums\n",
        " https://github.com/ann/sums",
        "https://gith\u0443b.com/ann/sums",
        "ssh://github.com/ann/sums",
        "http://github.com/ann/sums",
        "http://127.0.0.1:8418/ann/sums",
        "file:///etc/passwd",
        "git@github.com:ann/sums",
    ],
)
def test_others_are_not_plain(link: str) -> None:
    with pytest.raises(Refused) as refused:
        links.repository_of(link, HOSTS)
    assert refused.value.reason.code == "link_not_plain"


@pytest.mark.parametrize(
    "link",
    [
        "https://evil.example/ann/sums",
        "https://github.com.evil.example/ann/sums",
        "https://www.github.com/ann/sums",
        "https://github.com./ann/sums",
        "https://github.com:8443/ann/sums",
        "https://169.254.169.254/latest/meta-data",
        "https://2130706433/ann/sums",
        "https://127.0.0.1/ann/sums",
        "https://127.0.0.1:22/ann/sums",
    ],
)
def test_others_are_not_allowed(link: str) -> None:
    with pytest.raises(Refused) as refused:
        links.repository_of(link, HOSTS)
    assert refused.value.reason.code == "host_not_allowed"


def test_only_the_local_stage_names_loopback_addresses() -> None:
    listed = "github.com,127.0.0.1:8418,10.0.0.1:80,169.254.169.254:80,localhost:80,git.example:8443,127.0.0.1:x,"
    assert links.hosts_of(listed, is_local=True) == {Host("github.com"), Host("127.0.0.1", 8418)}
    assert links.hosts_of(listed, is_local=False) == {Host("github.com")}
    assert links.hosts_of("", is_local=False) == frozenset()


def test_redirects_lead_to_repositories_on_hosts_of_the_list() -> None:
    assert links.redirected(GITHUB, f"/ann/totals{links.REFS}", HOSTS).path == "/ann/totals"
    moved = links.redirected(GITHUB, f"https://codeberg.org/ann/sums{links.REFS}", HOSTS)
    assert moved == Repository(Host("codeberg.org"), "/ann/sums")


@pytest.mark.parametrize(
    ("location", "code"),
    [
        ("", "leads_elsewhere"),
        ("/users/sign_in", "leads_elsewhere"),
        (f"//evil.example/ann/sums{links.REFS}", "leads_elsewhere"),
        (f"http://169.254.169.254/latest{links.REFS}", "link_not_plain"),
        (f"https://169.254.169.254/latest{links.REFS}", "host_not_allowed"),
        (f"https://evil.example/ann/sums{links.REFS}", "host_not_allowed"),
        (f"http://github.com/ann/sums{links.REFS}", "link_not_plain"),
        (f"https://a:b@github.com/ann/sums{links.REFS}", "link_not_plain"),
    ],
)
def test_others_are_refused(location: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        links.redirected(GITHUB, location, HOSTS)
    assert refused.value.reason.code == code
