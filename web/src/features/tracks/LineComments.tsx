import { lazy, Suspense } from "react";
import type { Schemas } from "~/api/client";
import { comments as dictionary } from "~/texts/comments";
import { useTexts } from "~/texts/language";
import { Loading } from "~/ui/Loaded";
import type { Assignment } from "./phase";

type Props = { assignment: Assignment; result: Schemas["ResultView"]; heading: "h2" | "h3" };

const CommentedCode = lazy(async () => ({ default: (await import("./CommentedCode")).CommentedCode }));

/** What the reviews of a solution say of single lines, if they do. Reviewers are numbered as above it. */
export function LineComments({ assignment, result, heading: Heading }: Props) {
  const texts = useTexts(dictionary);
  if (!result.reviews.some((review) => review.line_comments > 0)) return null;
  const names = result.reviews.map((review, at): [number, string] => [review.id, texts.reviewerNumber(at + 1)]);
  return (
    <section>
      <Heading>{texts.comments}</Heading>
      <Suspense fallback={<Loading />}>
        <CommentedCode
          assignmentId={assignment.id}
          submissionId={result.submission.id}
          isOver={assignment.current_stage === "completed"}
          names={Object.fromEntries(names)}
        />
      </Suspense>
    </section>
  );
}
