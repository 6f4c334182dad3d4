import { useRef, useState } from "react";
import type { Schemas } from "~/api/client";
import { useStandings } from "~/features/tracks/queries";
import { dateTime } from "~/texts/dates";
import { useLanguage, useTexts } from "~/texts/language";
import { teachers as dictionary } from "~/texts/teachers";
import { Button } from "~/ui/Button";
import { Confirmed } from "~/ui/Confirmed";
import { Empty } from "~/ui/Empty";
import { Failure } from "~/ui/Failure";
import { Select } from "~/ui/Field";
import { Loaded } from "~/ui/Loaded";
import { About } from "./About";
import { ExtensionForm } from "./ExtensionForm";
import { byName } from "./extensionFields";
import { useExtensions, useTakeBack } from "./teachers.queries";

type Assignment = Schemas["AssignmentView"];
type Extension = Schemas["ExtensionView"];

/** More time for one participant: in an assignment that has begun, from the last of them on. */
export function Extensions({ trackId, assignments }: { trackId: number; assignments: readonly Assignment[] }) {
  const texts = useTexts(dictionary);
  const begun = assignments.filter(({ current_stage }) => current_stage !== "not_started");
  const [chosen, setChosen] = useState<number | null>(null);
  const assignment = begun.find(({ id }) => id === chosen) ?? begun.at(-1);
  return (
    <div className="authoring">
      <p className="faint">{texts.extensionsHint}</p>
      {begun.length > 1 && (
        <Select
          label={texts.assignment}
          value={assignment?.id}
          onChange={(event) => setChosen(Number(event.target.value))}
        >
          {begun.map(({ id, title }) => (
            <option key={id} value={id}>
              {title}
            </option>
          ))}
        </Select>
      )}
      {assignment && <OfAssignment key={assignment.id} trackId={trackId} assignment={assignment} />}
    </div>
  );
}

function OfAssignment({ trackId, assignment }: { trackId: number; assignment: Assignment }) {
  const texts = useTexts(dictionary);
  const extensions = useExtensions(assignment.id);
  const [person, setPerson] = useState<number | null>(null);
  const [said, setSaid] = useState("");
  const field = useRef<HTMLSelectElement>(null);
  const choose = (who: number | null): void => {
    setPerson(who);
    setSaid("");
    field.current?.focus();
  };
  return (
    <Loaded query={extensions}>
      {(found) => (
        <>
          {found.length === 0 && <p>{texts.nobodyHasMore}</p>}
          <ul className="plain-list extensions">
            {found.map((each) => (
              <li className="given" key={each.user_id}>
                <Given extension={each} onChange={() => choose(each.user_id)} />
              </li>
            ))}
          </ul>
          <Who trackId={trackId} extensions={found} field={field} person={person} onChoose={choose} />
          <p role="status">{said}</p>
          {person !== null && (
            <ExtensionForm
              key={person}
              assignment={assignment}
              person={person}
              given={found.find(({ user_id }) => user_id === person) ?? null}
              onDone={({ username }) => {
                choose(null);
                setSaid(texts.granted(username ?? texts.unnamed));
              }}
            />
          )}
        </>
      )}
    </Loaded>
  );
}

function Given({ extension, onChange }: { extension: Extension; onChange: () => void }) {
  const texts = useTexts(dictionary);
  const language = useLanguage();
  const takeBack = useTakeBack(extension);
  const name = extension.username ?? texts.unnamed;
  const { submission_until: send, code_review_until: review } = extension;
  return (
    <>
      <p className="row">
        <strong>{name}</strong>
        {send && <span>{texts.sendUntil(dateTime(send, language))}</span>}
        {review && <span>{texts.reviewUntil(dateTime(review, language))}</span>}
      </p>
      <p className="faint">{extension.reason}</p>
      <p className="row">
        <Button onClick={onChange}>
          <About action={texts.change} name={name} />
        </Button>
        <Confirmed
          action={<About action={texts.takeBack} name={name} />}
          title={texts.takingBack(name)}
          does={takeBack}
        >
          <p>{texts.takingBackMeans}</p>
        </Confirmed>
      </p>
      {takeBack.error && <Failure error={takeBack.error} />}
    </>
  );
}

type WhoProps = {
  trackId: number;
  extensions: readonly Extension[];
  field: React.Ref<HTMLSelectElement>;
  person: number | null;
  onChoose: (person: number | null) => void;
};

/** One of those who take part. */
function Who({ trackId, extensions, field, person, onChoose }: WhoProps) {
  const texts = useTexts(dictionary);
  const language = useLanguage();
  const people = useStandings(trackId);
  const extended = new Set(extensions.map(({ user_id }) => user_id));
  const named = (user_id: number, name: string) => (extended.has(user_id) ? texts.hasMore(name) : name);
  return (
    <Loaded query={people}>
      {(found) =>
        found.length === 0 ? (
          <Empty>{texts.nobodyTakesPart}</Empty>
        ) : (
          <Select
            label={texts.who}
            ref={field}
            value={person ?? ""}
            onChange={({ target }) => onChoose(target.value === "" ? null : Number(target.value))}
          >
            <option value="">{texts.choose}</option>
            {byName(found, language).map(({ user_id, username }) => (
              <option key={user_id} value={user_id}>
                {named(user_id, username ?? texts.unnamed)}
              </option>
            ))}
          </Select>
        )
      }
    </Loaded>
  );
}
