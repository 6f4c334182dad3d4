import { Link, useSearchParams } from "react-router";
import { useMe } from "~/api/session";
import { paths } from "~/lib/paths";
import { courses as dictionary } from "~/texts/courses";
import { useTexts } from "~/texts/language";
import { Button } from "~/ui/Button";
import { Empty } from "~/ui/Empty";
import { Loaded } from "~/ui/Loaded";
import { More } from "~/ui/More";
import { Page } from "~/ui/Page";
import { CourseCard } from "./CourseCard";
import "./courses.css";
import { useCourses } from "./queries";

export function Component() {
  const texts = useTexts(dictionary);
  const me = useMe() ?? null;
  const [search, setSearch] = useSearchParams();
  const words = search.get("q") ?? "";
  const pages = useCourses(me, words);
  return (
    <Page title={texts.title}>
      <SearchForm key={words} words={words} onSearch={(wanted) => setSearch(wanted ? { q: wanted } : {})} />
      <Loaded query={pages}>
        {(found) =>
          found.length === 0 ? (
            <Empty>
              <p>{words ? texts.nothingFound(words) : texts.none}</p>
              {words && <Link to={paths.courses()}>{texts.showAll}</Link>}
            </Empty>
          ) : (
            <ul className="cards plain-list">
              {found.map((course) => (
                <li key={course.id}>
                  <CourseCard course={course} />
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
      <More pages={pages} />
    </Page>
  );
}

function SearchForm({ words, onSearch }: { words: string; onSearch: (words: string) => void }) {
  const texts = useTexts(dictionary);
  return (
    <search>
      <form
        className="search"
        onSubmit={(event) => {
          event.preventDefault();
          onSearch(String(new FormData(event.currentTarget).get("q")).trim());
        }}
      >
        <input name="q" type="search" defaultValue={words} aria-label={texts.search} placeholder={texts.searchHint} />
        <Button type="submit">{texts.find}</Button>
      </form>
    </search>
  );
}
