import { useState } from "react";
import type { Schemas } from "~/api/client";
import { evidence as dictionary } from "~/texts/evidence";
import { useTexts } from "~/texts/language";
import { Loaded } from "~/ui/Loaded";
import { useCounterTests } from "./evidence.queries";
import type { Assignment } from "./phase";
import { TriedGroups } from "./TriedGroups";
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

function Shown({ assignment, result }: Props) {
  const tests = useCounterTests(result.submission.id);
  return (
    <Loaded query={tests}>
      {({ items }) => <TriedGroups tests={items} reviews={result.reviews} adoptable={!assignment.is_enrolled} />}
    </Loaded>
  );
}
