import type { Schemas } from "~/api/client";
import { useMe } from "~/api/session";
import { useTexts } from "~/texts/language";
import { oversight as dictionary } from "~/texts/oversight";
import { Loaded } from "~/ui/Loaded";
import { AppealForm } from "./AppealForm";
import { OwnAppeal } from "./OwnAppeal";
import { useOwnAppeals } from "./oversight.queries";
import type { Assignment } from "./phase";
import { Rating } from "./Rating";
import "./oversight.css";

type Props = { assignment: Assignment; result: Schemas["ResultView"] };

/** What an author may answer to the reviews of their work: how helpful each was, and an appeal. */
export function Answering({ assignment, result }: Props) {
  const texts = useTexts(dictionary);
  const appeals = useOwnAppeals(assignment.id);
  const me = useMe();
  return (
    <>
      {result.reviews.length > 0 && (
        <section>
          <h2>{texts.answerReviews}</h2>
          {result.reviews.map((review, at) => (
            <Rating key={review.id} assignmentId={assignment.id} review={review} at={at + 1} />
          ))}
        </section>
      )}
      <section>
        <h2>{texts.appeals}</h2>
        <Loaded query={appeals}>
          {(found) => (
            <>
              {found.appeals.map((appeal) => (
                <OwnAppeal key={appeal.id} appeal={appeal} reviews={result.reviews} />
              ))}
              {me && <AppealForm assignment={assignment} reviews={result.reviews} own={found} account={me.id} />}
            </>
          )}
        </Loaded>
      </section>
    </>
  );
}
