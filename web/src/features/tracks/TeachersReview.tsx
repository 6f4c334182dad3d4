import { useSearchParams } from "react-router";
import type { Me } from "~/api/session";
import { useTexts } from "~/texts/language";
import { tracks as dictionary } from "~/texts/tracks";
import { Empty } from "~/ui/Empty";
import { Select } from "~/ui/Field";
import { Loaded } from "~/ui/Loaded";
import { ItsCounterTests } from "./Evidence";
import { Task } from "./Place";
import type { Assignment } from "./phase";
import { useResults } from "./queries";
import { ReviewForm } from "./ReviewForm";
import { RepositoryLink } from "./SolutionLink";

/** A teacher of the track reviews whatever they choose. */
export function TeachersReview({ assignment, me }: { assignment: Assignment; me: Me }) {
  const texts = useTexts(dictionary);
  const results = useResults(assignment.id, true);
  const [search, setSearch] = useSearchParams();
  return (
    <Loaded query={results}>
      {({ results: all }) => {
        const open = all.filter(({ reviews }) => reviews.every(({ reviewer_id }) => reviewer_id !== me.id));
        const chosen = open.find(({ submission }) => String(submission.id) === search.get("submission"));
        if (open.length === 0) return <Empty>{all.length === 0 ? texts.noSolutions : texts.nothingToReview}</Empty>;
        return (
          <>
            <Select
              label={texts.pickSolution}
              value={chosen?.submission.id ?? ""}
              onChange={(event) =>
                setSearch(event.target.value ? { submission: event.target.value } : {}, { replace: true })
              }
            >
              <option value="">{"—"}</option>
              {open.map(({ submission, author, reviews }) => (
                <option key={submission.id} value={submission.id}>
                  {author?.username ?? texts.unnamed} · {texts.reviewsGot(reviews.length)}
                </option>
              ))}
            </Select>
            {chosen && (
              <article key={chosen.submission.id}>
                <RepositoryLink url={chosen.submission.repository_url} commit={chosen.submission.commit} />
                <Task assignment={assignment} />
                <ItsCounterTests assignment={assignment} submissionId={chosen.submission.id} me={me} />
                <ReviewForm
                  assignment={assignment}
                  submissionId={chosen.submission.id}
                  codeVersion={chosen.submission.code_version}
                  me={me}
                  onSent={async () => setSearch({}, { replace: true })}
                />
              </article>
            )}
          </>
        );
      }}
    </Loaded>
  );
}
