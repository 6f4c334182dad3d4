import { useNavigate } from "react-router";
import type { Schemas } from "~/api/client";
import type { Me } from "~/api/session";
import { paths } from "~/lib/paths";
import { authoring as dictionary } from "~/texts/authoring";
import { useTexts } from "~/texts/language";
import { Loaded, Loading } from "~/ui/Loaded";
import { Page } from "~/ui/Page";
import { HasStarted } from "./ForTeachers";
import { type Seen, useAddTrack, useChangeTrack, useTrackToChange } from "./queries";
import { TrackForm } from "./TrackForm";
import { bodyOf, changesOf, fieldsOf, newTrack, TRACK_SAMPLE } from "./trackFields";
import { useKeptForm } from "./useKeptForm";

type Props = { trackId: number | null; me: Me };

/** A new track, or one that has not started, as its teachers write it. */
export function TrackEditor({ trackId, me }: Props) {
  return trackId === null ? <New me={me} /> : <Existing trackId={trackId} me={me} />;
}

function New({ me }: { me: Me }) {
  const texts = useTexts(dictionary);
  const form = useKeptForm(me.id, "track/new", { fields: newTrack(texts.firstCriteria), etag: "" }, TRACK_SAMPLE);
  const add = useAddTrack();
  const go = useNavigate();
  const send = (): void => {
    if (!form) return;
    add.mutate(bodyOf(form.fields), {
      onSuccess: ({ id }) => {
        form.forget();
        void go(paths.track(id));
      },
    });
  };
  return (
    <Page title={texts.newTrack}>
      {form ? <TrackForm form={form} write={add} isNew action={texts.makeTrack} send={send} /> : <Loading />}
    </Page>
  );
}

function Existing({ trackId, me }: { trackId: number; me: Me }) {
  const track = useTrackToChange(trackId);
  return <Loaded query={track}>{(found) => <Change seen={found} me={me} />}</Loaded>;
}

function Change({ seen: { item: track, etag }, me }: { seen: Seen<Schemas["TrackView"]>; me: Me }) {
  const texts = useTexts(dictionary);
  const form = useKeptForm(me.id, `track/${track.id}`, { fields: fieldsOf(track), etag }, TRACK_SAMPLE);
  const change = useChangeTrack(track.id);
  const go = useNavigate();
  const send = (): void => {
    if (!form) return;
    const done = (): void => {
      form.forget();
      void go(paths.track(track.id));
    };
    const body = changesOf(form.fields, form.known);
    if (Object.keys(body).length === 0) done();
    else change.mutate({ body, etag: form.etag }, { onSuccess: done });
  };
  return (
    <Page title={texts.changing(track.title)}>
      {track.status !== "waiting" && <HasStarted trackId={track.id} />}
      {track.status === "waiting" && !form && <Loading />}
      {track.status === "waiting" && form && (
        <TrackForm form={form} write={change} isNew={false} action={texts.save} send={send} />
      )}
    </Page>
  );
}
