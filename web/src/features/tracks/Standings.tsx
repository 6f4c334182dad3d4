import type { Schemas } from "~/api/client";
import { useMe } from "~/api/session";
import { number } from "~/texts/dates";
import { useLanguage, useTexts } from "~/texts/language";
import { tracks as dictionary } from "~/texts/tracks";
import { Empty } from "~/ui/Empty";
import { Loaded } from "~/ui/Loaded";
import { useStandings } from "./queries";

export function Standings({ trackId }: { trackId: number }) {
  const texts = useTexts(dictionary);
  const standings = useStandings(trackId);
  return (
    <Loaded query={standings}>
      {(found) =>
        found.every(({ assignments }) => assignments === 0) ? (
          <Empty>{texts.noStandings}</Empty>
        ) : (
          <Table standings={found} />
        )
      }
    </Loaded>
  );
}

function Table({ standings }: { standings: readonly Schemas["StandingView"][] }) {
  const texts = useTexts(dictionary);
  const language = useLanguage();
  const me = useMe();
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls is reached by the keyboard
    <section className="scroll" tabIndex={0} aria-label={texts.standings}>
      <table className="standings">
        <thead>
          <tr>
            <th scope="col">{texts.place}</th>
            <th scope="col">{texts.name}</th>
            <th scope="col">{texts.score}</th>
            <th scope="col">{texts.counted}</th>
          </tr>
        </thead>
        <tbody>
          {standings.map((each) => (
            <tr key={each.user_id} className={each.user_id === me?.id ? "own" : undefined}>
              <td>{each.place}</td>
              <th scope="row">
                {each.username ?? <span className="faint">{texts.unnamed}</span>}
                {each.user_id === me?.id && <span className="faint"> ({texts.you})</span>}
              </th>
              <td>{number(each.score, language)}</td>
              <td>{each.assignments}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
