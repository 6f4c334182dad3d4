import { useNavigate } from "react-router";
import type { Schemas } from "~/api/client";
import type { Me } from "~/api/session";
import { paths } from "~/lib/paths";
import { authoring as dictionary } from "~/texts/authoring";
import { useTexts } from "~/texts/language";
import { Empty } from "~/ui/Empty";
import { Loaded, Loading } from "~/ui/Loaded";
import { Page } from "~/ui/Page";
import { AssignmentForm } from "./AssignmentForm";
import { bodyOf, changesOf, fieldsOf, NEW_ASSIGNMENT } from "./assignmentFields";
import { HasStarted } from "./ForTeachers";
import {
  type Seen,
  useAddAssignment,
  useAssignmentToChange,
  useChangeAssignment,
  useDeleteAssignment,
  useTrackToChange,
} from "./queries";
import { Removal } from "./Removal";
import { useKeptForm } from "./useKeptForm";

type Props = { trackId: number; assignmentId: number | null; me: Me };

/** A new assignment of a track, or one of a track that has not started, as its teachers write it. */
export function AssignmentEditor({ trackId, assignmentId, me }: Props) {
  if (assignmentId === null) return <New trackId={trackId} me={me} />;
  return <Existing trackId={trackId} assignmentId={assignmentId} me={me} />;
}

function New({ trackId, me }: { trackId: number; me: Me }) {
  const texts = useTexts(dictionary);
  const track = useTrackToChange(trackId);
  const start = { fields: NEW_ASSIGNMENT, etag: "" };
  const form = useKeptForm(me.id, `track/${trackId}/new-assignment`, start, NEW_ASSIGNMENT);
  const add = useAddAssignment(trackId);
  const go = useNavigate();
  const send = (): void => {
    if (!form) return;
    add.mutate(bodyOf(form.fields), {
      onSuccess: () => {
        form.forget();
        void go(paths.track(trackId));
      },
    });
  };
  return (
    <Loaded query={track}>
      {({ item: { title, status } }) => (
        <Page title={texts.newAssignmentOf(title)}>
          {status !== "waiting" && <HasStarted trackId={trackId} />}
          {status === "waiting" && !form && <Loading />}
          {status === "waiting" && form && (
            <AssignmentForm form={form} write={add} action={texts.addAssignment} send={send} />
          )}
        </Page>
      )}
    </Loaded>
  );
}

function Existing({ trackId, assignmentId, me }: { trackId: number; assignmentId: number; me: Me }) {
  const texts = useTexts(dictionary);
  const track = useTrackToChange(trackId);
  const assignment = useAssignmentToChange(assignmentId);
  return (
    <Loaded query={track}>
      {({ item: { status, is_enrolled } }) => (
        <Loaded query={assignment}>
          {(found) => (
            <Page title={texts.changing(found.item.title)}>
              {status !== "waiting" && <HasStarted trackId={trackId} />}
              {status === "waiting" && is_enrolled && <Empty>{texts.takesPart}</Empty>}
              {status === "waiting" && !is_enrolled && <Change seen={found} me={me} />}
            </Page>
          )}
        </Loaded>
      )}
    </Loaded>
  );
}

function Change({ seen: { item: assignment, etag }, me }: { seen: Seen<Schemas["AssignmentView"]>; me: Me }) {
  const texts = useTexts(dictionary);
  const { id, track_id: trackId, title } = assignment;
  const form = useKeptForm(me.id, `assignment/${id}`, { fields: fieldsOf(assignment), etag }, NEW_ASSIGNMENT);
  const change = useChangeAssignment(id);
  const remove = useDeleteAssignment(id, trackId);
  const go = useNavigate();
  const leave = (): void => {
    form?.forget();
    void go(paths.track(trackId));
  };
  const send = (): void => {
    if (!form) return;
    const body = changesOf(form.fields, form.known);
    if (Object.keys(body).length === 0) leave();
    else change.mutate({ body, etag: form.etag }, { onSuccess: leave });
  };
  return (
    <>
      {form ? <AssignmentForm form={form} write={change} action={texts.save} send={send} /> : <Loading />}
      <Removal title={texts.deleting(title)} means={texts.deletingAssignment} does={remove} onDone={leave} />
    </>
  );
}
