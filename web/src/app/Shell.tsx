import { Outlet, ScrollRestoration, useNavigation } from "react-router";
import { useSession } from "~/api/session";
import { useTexts } from "~/texts/language";
import { shell } from "~/texts/shell";
import { Failure } from "~/ui/Failure";
import { Loading } from "~/ui/Loaded";
import { Header } from "./Header";
import "./Shell.css";

/** What stands around every screen. Screens are shown once it is known who is here. */
export function Shell() {
  const texts = useTexts(shell);
  const session = useSession();
  const going = useNavigation().state !== "idle";
  return (
    <>
      <a className="skip" href="#content">
        {texts.skip}
      </a>
      <Header me={session.data ?? null} />
      <main id="content" tabIndex={-1} aria-busy={going || undefined}>
        {session.isPending ? (
          <Loading />
        ) : session.error ? (
          <Failure error={session.error} retry={() => void session.refetch()} />
        ) : (
          <Outlet />
        )}
      </main>
      <ScrollRestoration />
    </>
  );
}
