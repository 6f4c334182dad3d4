import { Link } from "react-router";
import type { Schemas } from "~/api/client";
import { paths } from "~/lib/paths";
import { useTexts } from "~/texts/language";
import { school } from "~/texts/school";
import { Countdown } from "~/ui/Countdown";
import { Empty } from "~/ui/Empty";
import { type Due, due } from "./due";

export function DueList({ dashboard }: { dashboard: Schemas["DashboardView"] }) {
  const texts = useTexts(school);
  const all = due(dashboard);
  if (all.length === 0) {
    return (
      <Empty>
        <p>{texts.nothingDue}</p>
        <Link to={paths.courses()}>{texts.findCourse}</Link>
      </Empty>
    );
  }
  return (
    <ul className="due-list">
      {all.map((each) => (
        <DueItem key={`${each.kind} ${each.to} ${each.title}`} item={each} />
      ))}
    </ul>
  );
}

function DueItem({ item }: { item: Due }) {
  const texts = useTexts(school);
  const words: Record<Due["kind"], string> = {
    task: texts.solve,
    submit: texts.submit,
    review: texts.review(item.reviews),
    "submit-and-review": texts.reviewsFirst(item.reviews),
    training: texts.training(item.place),
  };
  return (
    <li>
      <span className="what">
        {item.to ? <Link to={item.to}>{words[item.kind]}</Link> : <span>{words[item.kind]}</span>}
        <span className="faint">{[item.title, item.place].filter(Boolean).join(" · ")}</span>
      </span>
      <span>
        {texts.until} <Countdown deadline={item.deadline} />
      </span>
    </li>
  );
}
