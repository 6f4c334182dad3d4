import { Link } from "react-router";
import type { Schemas } from "~/api/client";
import { day } from "~/texts/dates";
import { useLanguage, useTexts } from "~/texts/language";
import { school } from "~/texts/school";
import { Empty } from "~/ui/Empty";
import { type Awaiting, awaiting } from "./awaiting";

export function Teaching({ teaching }: { teaching: Schemas["TeachingView"] }) {
  const texts = useTexts(school);
  const all = awaiting(teaching);
  return (
    <>
      <h2>{texts.yourPupils}</h2>
      {all.length === 0 && (
        <Empty>
          <p>{texts.nothingAwaits}</p>
        </Empty>
      )}
      <ul className="due-list">
        {all.map((each) => (
          <Item key={`${each.kind} ${each.to} ${"name" in each ? each.name : ""} ${each.since}`} item={each} />
        ))}
      </ul>
      {!teaching.whole && <p className="faint">{texts.thereIsMore}</p>}
    </>
  );
}

function Item({ item }: { item: Awaiting }) {
  const texts = useTexts(school);
  const language = useLanguage();
  const words = useWords(item);
  return (
    <li>
      <span className="what">
        {item.to ? <Link to={item.to}>{words}</Link> : <span>{words}</span>}
        <span className="faint">{item.place}</span>
      </span>
      <span>
        {texts.since} <time dateTime={item.since}>{day(item.since, language)}</time>
      </span>
    </li>
  );
}

function useWords(item: Awaiting): string {
  const texts = useTexts(school);
  if (item.kind === "track") return texts.waitsToStart(item.count);
  if (item.kind === "reviews") return texts.lackReviews(item.count);
  if (item.kind === "appeals") return texts.appealsWait(item.count);
  if (item.kind === "import") return texts.listUndone(item.count);
  if (item.kind === "enrollment") return texts.notTaken(item.count);
  const name = item.name ?? texts.aPupil;
  if (item.kind === "apart") return texts.reviewsApart(name, item.percent);
  if (item.kind === "missed") return texts.missed(name, item.count);
  return item.kind === "stuck" ? texts.stuck(name, item.test, item.count) : texts.quiet(name);
}
