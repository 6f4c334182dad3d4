import { useState } from "react";
import type { Schemas } from "~/api/client";
import { evidence as dictionary } from "~/texts/evidence";
import { useTexts } from "~/texts/language";
import { Loaded } from "~/ui/Loaded";
import { byReview, type CounterTest, inOrder } from "./evidence";
import { useCounterTests } from "./evidence.queries";
import { OneCounterTest } from "./OneCounterTest";
import type { Assignment } from "./phase";
import "./evidence.css";

type Props = { assignment: Assignment; result: Schemas["ResultView"] };

/** What reviewers tried on a program. To its author it is shown; teachers, who see all programs, open it. */
export function Tried({ heading: Heading, ...props }: Props & { heading: "h2" | "h3" }) {
  const texts = useTexts(dictionary);
  const [wanted, setWanted] = useState(false);
  if (props.assignment.is_enrolled) {
    return (
      <section>
        <Heading>{texts.tried}</Heading>
        <Shown {...props} />
      </section>
    );
  }
  return (
    <details onToggle={(event) => setWanted((before) => before || event.currentTarget.open)}>
      <summary>{texts.tried}</summary>
      {wanted && <Shown {...props} />}
    </details>
  );
}

/** Each beside the review that it belongs to. Reviewers are numbered as above it. */
function Shown({ assignment, result }: Props) {
  const texts = useTexts(dictionary);
  const tests = useCounterTests(result.submission.id);
  const names = new Map(result.reviews.map((review, at) => [review.id, review.reviewer_name ?? texts.by(at + 1)]));
  return (
    <Loaded query={tests}>
      {({ items }) => {
        if (items.length === 0) return <p className="faint">{texts.none}</p>;
        const breaks = items.filter(({ outcome }) => outcome === "breaks").length;
        const groups = byReview(inOrder(items), result.reviews);
        const numbers = new Map(groups.flatMap((group) => group.tests).map(numbered));
        return (
          <>
            <p>{texts.summary(breaks, items.length)}</p>
            {groups.map((group) => (
              <section key={group.review ?? 0} aria-label={nameOf(group.review, names, texts.ofOthers)}>
                <p className="faint">{nameOf(group.review, names, texts.ofOthers)}</p>
                <ol className="plain-list">
                  {group.tests.map((test) => (
                    <OneCounterTest
                      key={test.id}
                      test={test}
                      number={numbers.get(test.id) ?? 0}
                      adoptable={!assignment.is_enrolled}
                    />
                  ))}
                </ol>
              </section>
            ))}
          </>
        );
      }}
    </Loaded>
  );
}

const numbered = (test: CounterTest, at: number): [number, number] => [test.id, at + 1];

function nameOf(review: number | null, names: ReadonlyMap<number, string>, others: string): string {
  return review === null ? others : (names.get(review) ?? others);
}
