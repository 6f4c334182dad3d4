import type { Me } from "~/api/session";
import { account } from "~/texts/account";
import { dateTime } from "~/texts/dates";
import { useLanguage, useTexts } from "~/texts/language";
import { Button } from "~/ui/Button";
import { Loaded } from "~/ui/Loaded";
import { More } from "~/ui/More";
import { Status } from "~/ui/Status";
import { Outcome } from "./Again";
import { type Session, useEndAllSessions, useEndSession, useSessions } from "./security.queries";

export function Sessions({ me }: { me: Me }) {
  const texts = useTexts(account);
  const sessions = useSessions();
  const end = useEndSession();
  const endAll = useEndAllSessions();
  return (
    <section>
      <h2>{texts.sessions}</h2>
      <Loaded query={sessions}>
        {(found) => (
          <ul className="session-list">
            {found.map((session) => (
              <Row key={session.id} session={session} onEnd={() => end.mutate(session.id)} />
            ))}
          </ul>
        )}
      </Loaded>
      <More pages={sessions} />
      <Outcome me={me} error={end.error} again={() => end.mutate(end.variables ?? "")} reset={end.reset} />
      <Outcome me={me} error={endAll.error} again={() => endAll.mutate()} reset={endAll.reset} />
      <Button kind="danger" busy={endAll.isPending} onClick={() => endAll.mutate()}>
        {texts.endAll}
      </Button>
    </section>
  );
}

function Row({ session, onEnd }: { session: Session; onEnd: () => void }) {
  const texts = useTexts(account);
  const language = useLanguage();
  const device = texts.devices[session.device_type];
  return (
    <li>
      <span>
        <strong>{device}</strong> {session.current && <Status tone="good">{texts.here}</Status>}
        <br />
        <span className="faint">
          {[
            session.source_ip,
            texts.since(dateTime(session.created_at, language)),
            texts.used(dateTime(session.refreshed_at, language)),
          ]
            .filter(Boolean)
            .join(", ")}
        </span>
      </span>
      {!session.current && (
        <Button onClick={onEnd}>
          {texts.endSession} <span className="visually-hidden">{device}</span>
        </Button>
      )}
    </li>
  );
}
