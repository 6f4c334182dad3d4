"""Why the code of a link could not be fetched. Pure.

They are told by their codes from where it is fetched, which has no right to tell more.
"""

from collections.abc import Mapping

from chalicelib.common.texts import Text

LINK_NOT_PLAIN = Text("link_not_plain", "The link is not the plain address of a repository, as https://host/name")
HOST_NOT_ALLOWED = Text("host_not_allowed", "Code is not fetched from this host")
ADDRESS_REFUSED = Text("address_refused", "The host has an address that is not of the public internet")
HOST_NOT_FOUND = Text("host_not_found", "The host has no address")
HOST_SILENT = Text("host_silent", "The host did not answer, or not in time")
LEADS_ELSEWHERE = Text("leads_elsewhere", "The host leads elsewhere, to what is no repository")
REPOSITORY_NOT_PUBLIC = Text("repository_not_public", "There is no such repository that everybody may read")
REPOSITORY_EMPTY = Text("repository_empty", "The repository is empty")
COMMIT_GONE = Text("commit_gone", "The host does not give this commit: the branch may have been rewritten")
COMMIT_SHORT = Text("commit_short", "A commit that no branch ends with is named by all 40 digits of its hash")
TOO_MUCH = Text("repository_too_large", "The repository is too large: a commit has at most 8 MiB, packed")
UNPACKED_TOO_MUCH = Text("commit_unpacks_too_large", "The commit unpacks to more than is taken")
TOO_MANY_ENTRIES = Text("commit_has_too_many_files", "The commit has too many files and folders")
NOT_GIT = Text("not_git", "The host did not answer as a git server does")
BROKEN = Text("git_answer_broken", "What the host sent is broken")
TOO_MANY_VERSIONS = Text("versions_used_up", "The solution has as many versions as there may be")
JUDGE_FULL = Text("judge_full", "Its author has sent the judge as many programs as it takes for now")
GIVEN_UP = Text("fetch_given_up", "We failed to fetch it, and have been told")

IS_LINK = Text("is_symbolic_link", "it is a symbolic link")
IS_SUBMODULE = Text("is_submodule", "it is a submodule, another repository")
LEFT_UNSENT = Text("left_unsent", "it is too large, so the host was not asked for it")

ALL: Mapping[str, Text] = {
    each.code: each
    for each in (
        LINK_NOT_PLAIN,
        HOST_NOT_ALLOWED,
        ADDRESS_REFUSED,
        HOST_NOT_FOUND,
        HOST_SILENT,
        LEADS_ELSEWHERE,
        REPOSITORY_NOT_PUBLIC,
        REPOSITORY_EMPTY,
        COMMIT_GONE,
        COMMIT_SHORT,
        TOO_MUCH,
        UNPACKED_TOO_MUCH,
        TOO_MANY_ENTRIES,
        NOT_GIT,
        BROKEN,
        GIVEN_UP,
    )
}
NOTES: Mapping[str, Text] = {each.code: each for each in (IS_LINK, IS_SUBMODULE, LEFT_UNSENT)}


class Refused(Exception):
    """It is not fetched, and will not be by trying again."""

    def __init__(self, reason: Text) -> None:
        super().__init__(reason.code)
        self.reason = reason
