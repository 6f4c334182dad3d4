import { Link, NavLink } from "react-router";
import { useLiveState } from "~/api/personal";
import type { Me } from "~/api/session";
import { paths } from "~/lib/paths";
import { common } from "~/texts/common";
import { setLanguage, useLanguage, useTexts } from "~/texts/language";
import { shell } from "~/texts/shell";
import { setTheme, THEMES, useTheme } from "~/ui/theme";
import icon from "./icon.svg";
import { useUnread } from "./queries";
import { SignOut } from "./SignOut";

export function Header({ me }: { me: Me | null }) {
  const texts = useTexts(shell);
  return (
    <header className="header">
      <Link className="brand" to={paths.home()}>
        <img src={icon} alt="" width="28" height="28" />
        {useTexts(common).product}
      </Link>
      <nav aria-label={texts.sections}>
        <ul>
          <Entry to={paths.courses()}>{texts.courses}</Entry>
          <Entry to={paths.tracks()}>{texts.tracks}</Entry>
          {me && (
            <Entry to={paths.notifications()}>
              {texts.notifications}
              <Unread />
            </Entry>
          )}
        </ul>
      </nav>
      <div className="tools">
        {me && <Live />}
        <Choices />
        {me ? <Account me={me} /> : <Link to={paths.signIn()}>{texts.signIn}</Link>}
      </div>
    </header>
  );
}

function Entry({ to, children }: { to: string; children: React.ReactNode }) {
  return (
    <li>
      <NavLink to={to}>{children}</NavLink>
    </li>
  );
}

function Unread() {
  const texts = useTexts(shell);
  const unread = useUnread();
  if (!unread) return null;
  return (
    <span className="badge">
      <span aria-hidden="true">{unread >= 100 ? "100+" : unread}</span>
      <span className="visually-hidden">{texts.unread(unread)}</span>
    </span>
  );
}

function Live() {
  const texts = useTexts(shell);
  const state = useLiveState();
  const said = state === "idle" ? "connecting" : state;
  return (
    <span className="live" role="status" data-live={state}>
      <span aria-hidden="true">{state === "live" ? "●" : "○"}</span> {texts.live[said]}
    </span>
  );
}

function Choices() {
  const texts = useTexts(shell);
  const language = useLanguage();
  const theme = useTheme();
  return (
    <>
      <select
        aria-label={texts.language}
        value={language}
        onChange={(event) => setLanguage(event.target.value === "ru" ? "ru" : "en")}
      >
        <option value="ru">Русский</option>
        <option value="en">English</option>
      </select>
      <select
        aria-label={texts.theme}
        value={theme}
        onChange={(event) => setTheme(THEMES.find((each) => each === event.target.value) ?? "system")}
      >
        {THEMES.map((each) => (
          <option key={each} value={each}>
            {texts.themes[each]}
          </option>
        ))}
      </select>
    </>
  );
}

function Account({ me }: { me: Me }) {
  const texts = useTexts(shell);
  return (
    <>
      <NavLink to={paths.account()}>{me.name ?? me.login ?? texts.account}</NavLink>
      <SignOut me={me} />
    </>
  );
}
