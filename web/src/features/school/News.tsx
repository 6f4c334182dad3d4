import { Link } from "react-router";
import { paths } from "~/lib/paths";
import { day } from "~/texts/dates";
import { useLanguage, useTexts } from "~/texts/language";
import { school } from "~/texts/school";
import { Empty } from "~/ui/Empty";
import { Loaded } from "~/ui/Loaded";
import { More } from "~/ui/More";
import { useNews } from "./queries";

export function News() {
  const texts = useTexts(school);
  const language = useLanguage();
  const news = useNews();
  return (
    <section className="news-list">
      <h2>{texts.news}</h2>
      <Loaded query={news}>
        {(found) =>
          found.length === 0 ? (
            <Empty>{texts.noNews}</Empty>
          ) : (
            found.map((item) => (
              <article key={item.id}>
                <h3>
                  <Link to={paths.news(item.id)}>{item.title}</Link>
                </h3>
                <p className="faint">
                  <time dateTime={item.created_at}>{day(item.created_at, language)}</time>
                </p>
                <p>{item.description}</p>
              </article>
            ))
          )
        }
      </Loaded>
      <More pages={news} />
    </section>
  );
}
