import { useId } from "react";
import { Link, NavLink } from "react-router";
import { personal, useLiveState } from "~/api/personal";
import type { Me } from "~/api/session";
import { paths } from "~/lib/paths";
import { common } from "~/texts/common";
import { useTexts } from "~/texts/language";
import { shell } from "~/texts/shell";
import { LookChoices } from "~/ui/LookChoices";
import icon from "./icon.svg";
import { useUnread } from "./queries";
import { SignOut } from "./SignOut";

export function Header({ me }: { me: Me | null }) {
  const texts = useTexts(shell);
  const { product } = useTexts(common);
  return (
    <header className="header">
      <Link className="brand" to={paths.home()}>
        <img src={icon} alt="" width="28" height="28" />
        <span>{product}</span>
      </Link>
      <nav aria-label={texts.sections}>
        <ul>
          <Entry to={paths.courses()}>{texts.courses}</Entry>
          <Entry to={paths.tracks()}>{texts.tracks}</Entry>
        </ul>
      </nav>
      <div className="tools">
        {me ? (
          <>
            <Live />
            <Bell />
          </>
        ) : (
          <NavLink className="tool" to={paths.signIn()}>
            {texts.signIn}
          </NavLink>
        )}
        <Menu me={me} />
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

function Bell() {
  const texts = useTexts(shell);
  const unread = useUnread() ?? 0;
  return (
    <NavLink className="tool" to={paths.notifications()}>
      <svg viewBox="0 0 24 24" width="20" height="20" aria-hidden="true">
        <path d="M12 3a6 6 0 0 0-6 6v4l-2 4h16l-2-4V9a6 6 0 0 0-6-6Zm-2 16a2 2 0 0 0 4 0Z" fill="currentColor" />
      </svg>
      <span className="visually-hidden">
        {texts.notifications}
        {unread > 0 && `, ${texts.unread(unread)}`}
      </span>
      {unread > 0 && (
        <span className="badge" aria-hidden="true">
          {unread >= 100 ? "100+" : unread}
        </span>
      )}
    </NavLink>
  );
}

/** A dot as long as all is well; words once it is not. */
function Live() {
  const texts = useTexts(shell);
  const state = useLiveState();
  const said = state === "idle" ? "connecting" : state;
  return (
    <span className="live" role="status" data-live={state} title={personal.reason ?? texts.live[said]}>
      <span aria-hidden="true">{state === "live" ? "●" : "○"}</span>
      <span className={state === "live" || state === "connecting" ? "visually-hidden" : ""}>
        {personal.reason ?? texts.live[said]}
      </span>
    </span>
  );
}

/** The account, and how the pages look: the browser's own popover, which Escape closes. */
function Menu({ me }: { me: Me | null }) {
  const texts = useTexts(shell);
  const id = useId();
  return (
    <>
      <button type="button" className="tool" popoverTarget={id}>
        {me && <span className="who">{me.name ?? me.login ?? me.email}</span>}
        <span className="visually-hidden">{texts.menu}</span>
        <span aria-hidden="true">☰</span>
      </button>
      <div className="menu" id={id} popover="auto">
        {me && (
          <NavLink className="menu-link" to={paths.account()}>
            {texts.account}
          </NavLink>
        )}
        <LookChoices />
        {me && <SignOut me={me} />}
      </div>
    </>
  );
}
