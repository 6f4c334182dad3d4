import { Link, useSearchParams } from "react-router";
import { may, useMe } from "~/api/session";
import { once } from "~/lib/once";
import { paths } from "~/lib/paths";
import { useTexts } from "~/texts/language";
import { toAuthoring } from "~/texts/toAuthoring";
import { tracks as dictionary } from "~/texts/tracks";
import { Empty } from "~/ui/Empty";
import { Loaded } from "~/ui/Loaded";
import { More } from "~/ui/More";
import { Page } from "~/ui/Page";
import { Progress } from "~/ui/Progress";
import { Status } from "~/ui/Status";
import { type Card, FILTERS, type Filter, useTracks } from "./queries";
import { STATE_TONES } from "./tones";
import "./tracks.css";

export function Component() {
  const texts = useTexts(dictionary);
  const words = useTexts(toAuthoring);
  const me = useMe() ?? null;
  const [search] = useSearchParams();
  const asked = FILTERS.find((each) => each === search.get("show")) ?? "all";
  const filter = me || asked !== "my" ? asked : "all";
  const pages = useTracks(me, filter);
  return (
    <Page title={texts.title}>
      <p>{texts.what}</p>
      {may(me, "teach") && (
        <p>
          <Link className="button" to={paths.editTrack("new")}>
            {words.newTrack}
          </Link>
        </p>
      )}
      <Filters filters={FILTERS.filter((each) => me || each !== "my")} chosen={filter} />
      <Loaded query={pages}>
        {(found) => (found.length === 0 ? <Nothing filter={filter} /> : <Cards tracks={found} />)}
      </Loaded>
      <More pages={pages} />
    </Page>
  );
}

function Filters({ filters, chosen }: { filters: readonly Filter[]; chosen: Filter }) {
  const texts = useTexts(dictionary);
  return (
    <nav className="filters" aria-label={texts.shown}>
      <ul>
        {filters.map((each) => (
          <li key={each}>
            <Link
              to={each === "all" ? paths.tracks() : `${paths.tracks()}?show=${each}`}
              aria-current={each === chosen ? "true" : undefined}
            >
              {texts.filters[each]}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function Nothing({ filter }: { filter: Filter }) {
  const texts = useTexts(dictionary);
  if (filter === "all") return <Empty>{texts.none}</Empty>;
  return (
    <Empty>
      <p>{filter === "my" ? texts.noneMine : texts.noneLike}</p>
      <Link to={paths.tracks()}>{texts.showAll}</Link>
    </Empty>
  );
}

function Cards({ tracks }: { tracks: readonly Card[] }) {
  return (
    <ul className="cards plain-list">
      {once(tracks).map((track) => (
        <li className="card track-card" key={track.id}>
          <TrackCard track={track} />
        </li>
      ))}
    </ul>
  );
}

function TrackCard({ track }: { track: Card }) {
  const texts = useTexts(dictionary);
  const { current_participants: there, required_participants: wanted } = track;
  return (
    <>
      <h2>
        <Link to={paths.track(track.id)}>{track.title}</Link>
      </h2>
      <p className="row">
        <Status tone={STATE_TONES[track.status]}>{texts.states[track.status]}</Status>
        {track.is_enrolled && <Status tone="good">{texts.takePart}</Status>}
        {track.reviews_owed ? <Status tone="warn">{texts.owed(track.reviews_owed)}</Status> : null}
      </p>
      <p className="track-about">{track.description}</p>
      {track.status === "waiting" ? (
        <Progress value={there} max={wanted} label={texts.gathered(there, wanted)} />
      ) : (
        <p className="faint">{texts.people(there)}</p>
      )}
    </>
  );
}
