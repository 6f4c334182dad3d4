import { Link, Outlet, ScrollRestoration, useLocation, useNavigation } from "react-router";
import { useSession, useSessionEnded } from "~/api/session";
import { paths } from "~/lib/paths";
import { useTexts } from "~/texts/language";
import { shell } from "~/texts/shell";
import { Failure } from "~/ui/Failure";
import { Loading } from "~/ui/Loaded";
import { Header } from "./Header";
import "./Shell.css";
import { Toasts } from "./Toasts";

/** What stands around every screen. Screens are shown once it is known who is here. */
export function Shell() {
  const texts = useTexts(shell);
  const session = useSession();
  const ended = useSessionEnded();
  const going = useNavigation().state !== "idle";
  return (
    <>
      <a className="skip" href="#content">
        {texts.skip}
      </a>
      <Header me={session.data ?? null} />
      <main id="content" tabIndex={-1} aria-busy={going || undefined}>
        {ended && <SignedOut />}
        {session.isPending ? (
          <Loading />
        ) : session.error ? (
          <Failure error={session.error} retry={() => void session.refetch()} />
        ) : (
          <Outlet />
        )}
      </main>
      {session.data && <Toasts />}
      <ScrollRestoration />
    </>
  );
}

/** The session ended by itself: elsewhere, by an admin, or with its time. */
function SignedOut() {
  const texts = useTexts(shell);
  const here = useLocation().pathname;
  return (
    <p className="signed-out" role="alert">
      {texts.signedOut} <Link to={paths.signIn(here)}>{texts.signIn}</Link>
    </p>
  );
}
