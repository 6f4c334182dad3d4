import { useParams } from "react-router";
import { authoring as dictionary } from "~/texts/authoring";
import { useTexts } from "~/texts/language";
import { AssignmentEditor } from "./AssignmentEditor";
import { ForTeachers } from "./ForTeachers";
import { TrackEditor } from "./TrackEditor";
import "./authoring.css";

const NEW = "new";

/** A number of the address; null for what is not there yet. */
const numberOf = (part: string): number | null => (part === NEW ? null : Number(part));

/** Where teachers write a track and its assignments: whoever makes a track goes on with them. */
export function Component() {
  const texts = useTexts(dictionary);
  const { trackId = NEW, assignmentId } = useParams();
  return (
    <ForTeachers title={texts.forms}>
      {(me) =>
        assignmentId === undefined ? (
          <TrackEditor key={trackId} trackId={numberOf(trackId)} me={me} />
        ) : (
          <AssignmentEditor
            key={`${trackId} ${assignmentId}`}
            trackId={Number(trackId)}
            assignmentId={numberOf(assignmentId)}
            me={me}
          />
        )
      }
    </ForTeachers>
  );
}
