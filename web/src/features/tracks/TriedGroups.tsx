import type { Schemas } from "~/api/client";
import { evidence as dictionary } from "~/texts/evidence";
import { useTexts } from "~/texts/language";
import { byReview, type CounterTest, inOrder } from "./evidence";
import { OneCounterTest } from "./OneCounterTest";

type Review = Schemas["ResultView"]["reviews"][number];
type Props = {
  tests: readonly CounterTest[];
  reviews: readonly Review[];
  /** A review whose counter-tests come first. */
  first?: number | null;
  adoptable: boolean;
};

/** How many break the program; then each beside the review that it belongs to. Reviewers are numbered as above it. */
export function TriedGroups({ tests, reviews, first = null, adoptable }: Props) {
  const texts = useTexts(dictionary);
  if (tests.length === 0) return <p className="faint">{texts.none}</p>;
  const breaks = tests.filter(({ outcome }) => outcome === "breaks").length;
  const later = (review: number | null): number => (review !== null && review === first ? 0 : 1);
  const groups = byReview(inOrder(tests), reviews).sort((a, b) => later(a.review) - later(b.review));
  const names = new Map(reviews.map((review, at) => [review.id, review.reviewer_name ?? texts.by(at + 1)]));
  const numbers = new Map(groups.flatMap((group) => group.tests).map((test, at) => [test.id, at + 1]));
  return (
    <>
      <p>{texts.summary(breaks, tests.length)}</p>
      {groups.map(({ review, tests: theirs }) => {
        const name = (review !== null && names.get(review)) || texts.ofOthers;
        return (
          <section key={review ?? 0} aria-label={name}>
            <p className="faint">{name}</p>
            <ol className="plain-list">
              {theirs.map((test) => (
                <OneCounterTest key={test.id} test={test} number={numbers.get(test.id) ?? 0} adoptable={adoptable} />
              ))}
            </ol>
          </section>
        );
      })}
    </>
  );
}
