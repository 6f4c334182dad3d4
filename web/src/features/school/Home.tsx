import { Link } from "react-router";
import { type Me, useMe } from "~/api/session";
import { paths } from "~/lib/paths";
import { useTexts } from "~/texts/language";
import { school } from "~/texts/school";
import { Loaded, Loading } from "~/ui/Loaded";
import { Markdown } from "~/ui/Markdown";
import { Page } from "~/ui/Page";
import { DueList } from "./DueList";
import { News } from "./News";
import { useDashboard, useMainPage, usePublicCourses } from "./queries";
import "./school.css";
import { Teaching } from "./Teaching";
import { YourCourses } from "./YourCourses";

export function Component() {
  const me = useMe() ?? null;
  return me ? <Desk me={me} /> : <Welcome />;
}

function Desk({ me }: { me: Me }) {
  const texts = useTexts(school);
  const dashboard = useDashboard(true);
  return (
    <Page title={texts.hello(me.name ?? me.login ?? "")}>
      {dashboard.isPending && <Loading />}
      <div className="home" hidden={dashboard.isPending}>
        <div>
          <h2>{texts.due}</h2>
          <Loaded query={dashboard}>
            {(found) => (
              <>
                <DueList dashboard={found} />
                {found.teaching && <Teaching teaching={found.teaching} />}
                <h2>{texts.yourCourses}</h2>
                <YourCourses progress={found.sections.progress} />
              </>
            )}
          </Loaded>
        </div>
        <News />
      </div>
    </Page>
  );
}

function Welcome() {
  const texts = useTexts(school);
  const main = useMainPage();
  const courses = usePublicCourses(true);
  // Nothing that is read already moves down when the rest arrives.
  if (main.isPending || courses.isPending) {
    return (
      <Page title={texts.welcome}>
        <Loading />
      </Page>
    );
  }
  return (
    <Page title={texts.welcome}>
      <Loaded query={main}>{({ description }) => <Markdown text={description} />}</Loaded>
      <p className="row">
        <Link className="button primary" to={paths.signUp()}>
          {texts.signUp}
        </Link>
        <Link className="button" to={paths.signIn()}>
          {texts.signIn}
        </Link>
      </p>
      <div className="home">
        <div>
          <h2>{texts.publicCourses}</h2>
          <Loaded query={courses}>
            {(found) => (
              <ul className="plain-list due-list">
                {found.map((course) => (
                  <li key={course.id}>
                    <span className="what">
                      <Link to={paths.course(course.id)}>{course.name}</Link>
                      <span className="faint">{course.description}</span>
                    </span>
                  </li>
                ))}
              </ul>
            )}
          </Loaded>
          <Link to={paths.courses()}>{texts.allCourses}</Link>
        </div>
        <News />
      </div>
    </Page>
  );
}
