import { useState } from "react";
import { Link, useLocation } from "react-router";
import { useMe } from "~/api/session";
import { paths } from "~/lib/paths";
import { dateTime } from "~/texts/dates";
import { useLanguage, useTexts } from "~/texts/language";
import { school } from "~/texts/school";
import { Button } from "~/ui/Button";
import { Empty } from "~/ui/Empty";
import { Failure } from "~/ui/Failure";
import { Loaded } from "~/ui/Loaded";
import { Markdown } from "~/ui/Markdown";
import { More } from "~/ui/More";
import { Page } from "~/ui/Page";
import { Status } from "~/ui/Status";
import { type Notification, placeOf } from "./places";
import { useMarkRead, useNotifications } from "./queries";
import "./school.css";

export function Component() {
  const texts = useTexts(school);
  const me = useMe() ?? null;
  const here = useLocation().pathname;
  return (
    <Page title={texts.notifications}>
      {me ? (
        <List />
      ) : (
        <Empty>
          <Link to={paths.signIn(here)}>{texts.signIn}</Link>
        </Empty>
      )}
    </Page>
  );
}

function List() {
  const texts = useTexts(school);
  const [unreadOnly, setUnreadOnly] = useState(false);
  const notifications = useNotifications(unreadOnly);
  const markRead = useMarkRead();
  return (
    <>
      <p className="row">
        <label>
          <input type="checkbox" checked={unreadOnly} onChange={(event) => setUnreadOnly(event.target.checked)} />{" "}
          {texts.unreadOnly}
        </label>
        <Button busy={markRead.isPending} onClick={() => markRead.mutate(null)}>
          {texts.readAll}
        </Button>
        <Link to={paths.preferences()}>{texts.settings}</Link>
      </p>
      {markRead.error && <Failure error={markRead.error} />}
      <Loaded query={notifications}>
        {(found) =>
          found.length === 0 ? (
            <Empty>{unreadOnly ? texts.allRead : texts.noNotifications}</Empty>
          ) : (
            <ul className="notification-list">
              {found.map((each) => (
                <Item key={each.id} notification={each} onRead={() => markRead.mutate(each.id)} />
              ))}
            </ul>
          )
        }
      </Loaded>
      <More pages={notifications} />
    </>
  );
}

function Item({ notification, onRead }: { notification: Notification; onRead: () => void }) {
  const texts = useTexts(school);
  const language = useLanguage();
  const place = placeOf(notification);
  return (
    <li className={notification.read ? "notification" : "notification unread"}>
      <div className="row">
        <h2>{notification.title}</h2>
        {notification.tag === "high" && <Status tone="warn">{texts.important}</Status>}
        {!notification.read && <Status tone="calm">{texts.unread}</Status>}
      </div>
      <p>{notification.description}</p>
      <Markdown text={notification.body} />
      <p className="row faint">
        <time dateTime={notification.created_at}>{dateTime(notification.created_at, language)}</time>
        {notification.author_name && <span>{texts.from(notification.author_name)}</span>}
        {place && (
          <Link to={place} onClick={onRead}>
            {texts.go}
          </Link>
        )}
        {!notification.read && (
          <Button kind="quiet" onClick={onRead}>
            {texts.read} <span className="visually-hidden">{notification.title}</span>
          </Button>
        )}
      </p>
    </li>
  );
}
