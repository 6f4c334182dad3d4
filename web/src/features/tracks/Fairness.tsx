import { useState } from "react";
import { number } from "~/texts/dates";
import { useLanguage, useTexts } from "~/texts/language";
import { oversight as dictionary } from "~/texts/oversight";
import { Loaded } from "~/ui/Loaded";
import { percent } from "./oversight";
import { type FairnessCard, useFairness } from "./oversight.queries";
import type { Assignment } from "./phase";

/** The fairness card of an assignment. Read when it is opened: it costs the school a look at all of its reviews. */
export function Fairness({ assignment }: { assignment: Assignment }) {
  const [open, setOpen] = useState(false);
  const found = useFairness(assignment.id, open);
  return (
    <details className="card case" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <strong>{assignment.title}</strong>
      </summary>
      {open && <Loaded query={found}>{(card) => <Facts card={card} />}</Loaded>}
    </details>
  );
}

function Facts({ card }: { card: FairnessCard }) {
  const texts = useTexts(dictionary);
  const language = useLanguage();
  const said = (value: number | null): string => (value === null ? "–" : number(value, language));
  const of = (value: number | null): string =>
    value === null ? "–" : texts.ofExpected(said(value), card.reviews_expected);
  const names = texts.fairnessOf;
  const wait = card.longest_wait_seconds;
  const facts: [string, string][] = [
    [names.submissions, said(card.submissions)],
    [names.fewest, of(card.reviews_fewest)],
    [names.median, of(card.reviews_median)],
    [names.short, card.share_short === null ? "–" : `${percent(card.share_short)} %`],
    [names.wait, wait === null ? "–" : texts.hours(number(wait / 3600, language, 1))],
    [names.reserved, said(card.reserved)],
    [names.lapsed, said(card.lapsed)],
    [names.agreement, said(card.agreement)],
    ...Object.entries(card.agreement_by_criterion).map(([name, alpha]): [string, string] => [
      `${names.agreement}: ${name}`,
      said(alpha),
    ]),
  ];
  return (
    <>
      <dl className="facts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <p className="faint">{texts.alphaMeans}</p>
    </>
  );
}
