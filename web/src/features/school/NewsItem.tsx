import { Link, useParams } from "react-router";
import { paths } from "~/lib/paths";
import { day } from "~/texts/dates";
import { useLanguage, useTexts } from "~/texts/language";
import { school } from "~/texts/school";
import { Loaded } from "~/ui/Loaded";
import { Markdown } from "~/ui/Markdown";
import { Page } from "~/ui/Page";
import { useNewsItem } from "./queries";
import "./school.css";

export function Component() {
  const texts = useTexts(school);
  const language = useLanguage();
  const news = useNewsItem(Number(useParams()["newsId"]));
  return (
    <Loaded query={news}>
      {(item) => (
        <Page title={item.title}>
          <p className="faint">
            <time dateTime={item.created_at}>{day(item.created_at, language)}</time>
          </p>
          {item.image && <img className="news-picture" src={item.image} alt="" />}
          <Markdown text={item.body || item.description} />
          <Link to={paths.home()}>{texts.allNews}</Link>
        </Page>
      )}
    </Loaded>
  );
}
