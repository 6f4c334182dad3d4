"""The whole way of a pupil through the client of openapi-python-client: python journey.py URL LOGIN PASSWORD"""

import json
import sys
import time
from typing import TypeVar

from httpx import Timeout
from lyceum_client import AuthenticatedClient, Client
from lyceum_client.api.accounts import accounts_sign_in
from lyceum_client.api.courses import courses_solve
from lyceum_client.api.judge import judge_list_submissions, judge_show_submission
from lyceum_client.api.tracks import tracks_list_public_tracks
from lyceum_client.models import CheckingView, Credentials, ErrorView, ProgramBody, SolvedView
from lyceum_client.types import UNSET, Unset

COURSE, LESSON, TASK = 1, 1, 2

Answer = TypeVar("Answer")


def given(answer: Answer | ErrorView | None) -> Answer:
    """The answer, if it is none of an error."""
    if answer is None or isinstance(answer, ErrorView):
        raise SystemExit(f"refused: {answer}")
    return answer


class Pupil:
    def __init__(self, url: str, login: str, password: str) -> None:
        signed_in = given(accounts_sign_in.sync(client=Client(url), body=Credentials(login=login, password=password)))
        self.login = signed_in.user.login
        self.client = AuthenticatedClient(url, signed_in.jwt_access, timeout=Timeout(40))

    def solve(self, code: str) -> str:
        answer = courses_solve.sync(COURSE, LESSON, TASK, client=self.client, body=ProgramBody(code=code))
        assert isinstance(answer, SolvedView | CheckingView), answer
        if isinstance(answer, SolvedView) and answer.code.value != "PENDING":
            return answer.code.value
        return self.verdict(answer.submission_id)

    def send_without_waiting(self, code: str) -> int:
        body = ProgramBody(code=code, language="python3")
        answer = courses_solve.sync(COURSE, LESSON, TASK, client=self.client, body=body, prefer="respond-async")
        assert isinstance(answer, CheckingView), answer
        return answer.submission_id

    def verdict(self, submission_id: int) -> str:
        while True:
            submission = given(judge_show_submission.sync(submission_id, client=self.client))
            if submission.is_checked:
                return submission.code.value
            time.sleep(0.3)

    def pages(self) -> list[str]:
        """One a page, from the newest."""
        verdicts: list[str] = []
        cursor: str | Unset = UNSET
        while True:
            answer = judge_list_submissions.sync_detailed(client=self.client, limit=1, cursor=cursor)
            verdicts += [each.code.value for each in given(answer.parsed).submissions]
            if not (following := answer.headers.get("X-Next-Cursor")):
                return verdicts
            cursor = following

    def tracks(self) -> list[int]:
        """A newer list, which has its cursor in itself. Anybody may read it."""
        ids: list[int] = []
        cursor: str | Unset | None = UNSET
        while cursor is not None:
            answer = given(tracks_list_public_tracks.sync(client=self.client, limit=1, cursor=cursor))
            ids += [each.id for each in answer.items]
            cursor = answer.next_
        return ids

    def refusal(self, language: str) -> ErrorView:
        body = ProgramBody(code="print()", language="")
        answer = courses_solve.sync(COURSE, LESSON, TASK, client=self.client, body=body, accept_language=language)
        assert isinstance(answer, ErrorView)
        return answer


def main(url: str, login: str, password: str) -> None:
    pupil = Pupil(url, login, password)
    waited = [pupil.solve("print(0)"), pupil.solve("print(sum(map(int, input().split())))")]
    later = pupil.verdict(pupil.send_without_waiting("print("))
    found = {
        "signedIn": pupil.login,
        "verdicts": [*waited, later],
        "pages": pupil.pages(),
        "tracks": pupil.tracks(),
        "refusal": pupil.refusal("ru").to_dict(),
    }
    print(json.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
