import type { Schemas } from "~/api/client";
import { number } from "~/texts/dates";
import { useLanguage, useTexts } from "~/texts/language";
import { reliability as dictionary } from "~/texts/reliability";
import { Loaded } from "~/ui/Loaded";
import type { Track } from "./phase";
import { useReliability } from "./queries";

type Reviewer = Schemas["ReviewerView"];

/** How reliable reviewers are: who takes part reads of themselves, with the reasons; who teaches, of all. */
export function Reliability({ track }: { track: Track }) {
  const texts = useTexts(dictionary);
  const found = useReliability(track.id);
  const own = track.is_enrolled;
  return (
    <section>
      <h2>{own ? texts.own : texts.all}</h2>
      <Loaded query={found}>
        {({ reviewers: [first, ...others] }) => {
          if (!first) return <p className="faint">{own ? texts.notYet : texts.notYetAll}</p>;
          return own ? <Own reviewer={first} /> : <Everybody reviewers={[first, ...others]} />;
        }}
      </Loaded>
    </section>
  );
}

function Own({ reviewer }: { reviewer: Reviewer }) {
  const texts = useTexts(dictionary);
  const part = usePart();
  return (
    <>
      <p>
        <strong>{part(reviewer.reliability) ?? texts.tooFew}</strong>
      </p>
      <ul>
        {reviewer.explanation.map((reason) => (
          <li key={reason}>{reason}</li>
        ))}
      </ul>
    </>
  );
}

function Everybody({ reviewers }: { reviewers: readonly Reviewer[] }) {
  const texts = useTexts(dictionary);
  const part = usePart();
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls is reached by the keyboard
    <section className="scroll" tabIndex={0} aria-label={texts.all}>
      <table className="standings">
        <thead>
          <tr>
            <th scope="col">{texts.name}</th>
            <th scope="col">{texts.reliability}</th>
            <th scope="col">{texts.agreement}</th>
            <th scope="col">{texts.reviews}</th>
          </tr>
        </thead>
        <tbody>
          {reviewers.map((each) => (
            <tr key={each.user_id}>
              <th scope="row">{each.username ?? <span className="faint">{texts.unnamed}</span>}</th>
              <td>{part(each.reliability) ?? "–"}</td>
              <td>{part(each.agreement)}</td>
              <td>{each.reviews}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** Writes a part as a percentage. */
function usePart() {
  const language = useLanguage();
  return (part: number | null) => (part === null ? null : `${number(100 * part, language, 0)} %`);
}
