import { type FormEvent, useState } from "react";
import { useNavigate } from "react-router";
import type { Schemas } from "~/api/client";
import { useMe } from "~/api/session";
import { paths } from "~/lib/paths";
import { useTexts } from "~/texts/language";
import { teachers as dictionary } from "~/texts/teachers";
import { Button } from "~/ui/Button";
import { Confirmed } from "~/ui/Confirmed";
import { Failure } from "~/ui/Failure";
import { Field } from "~/ui/Field";
import { Loaded } from "~/ui/Loaded";
import { More } from "~/ui/More";
import { About } from "./About";
import { useAddTeacher, useColleagues, useRemoveTeacher, useTeachers } from "./teachers.queries";

type Teacher = Schemas["TeacherView"];

/** Who teaches the track: its author, and those whom they let teach it. */
export function Teachers({ trackId }: { trackId: number }) {
  const texts = useTexts(dictionary);
  const teachers = useTeachers(trackId);
  return (
    <div className="authoring">
      <p className="faint">{texts.teachersMean}</p>
      <Loaded query={teachers}>
        {(found) => (
          <>
            <ul className="plain-list">
              {found.map((each) => (
                <li key={each.user_id}>
                  <One trackId={trackId} teacher={each} />
                </li>
              ))}
            </ul>
            <Search trackId={trackId} teaching={new Set(found.map(({ user_id }) => user_id))} />
          </>
        )}
      </Loaded>
    </div>
  );
}

function useFullName() {
  const { unnamed } = useTexts(dictionary);
  return ({ name, secondname }: Pick<Teacher, "name" | "secondname">): string =>
    [name, secondname].filter(Boolean).join(" ") || unnamed;
}

function One({ trackId, teacher }: { trackId: number; teacher: Teacher }) {
  const texts = useTexts(dictionary);
  const name = useFullName()(teacher);
  const isOneself = useMe()?.id === teacher.user_id;
  const remove = useRemoveTeacher(trackId, teacher.user_id, isOneself);
  const go = useNavigate();
  const onSuccess = (): void => {
    if (isOneself) void go(paths.tracks());
  };
  const does = { isPending: remove.isPending, mutate: () => remove.mutate(undefined, { onSuccess }) };
  return (
    <>
      <p className="row">
        <strong>{name}</strong>
        {isOneself && <span className="faint">{texts.you}</span>}
        {teacher.is_owner && <span className="faint">{texts.owner}</span>}
        {!teacher.is_owner && (
          <Confirmed
            action={<About action={texts.remove} name={name} />}
            title={isOneself ? texts.leaving : texts.removing(name)}
            does={does}
          >
            <p>{isOneself ? texts.leavingMeans : texts.removingMeans}</p>
          </Confirmed>
        )}
      </p>
      {remove.error && <Failure error={remove.error} />}
    </>
  );
}

function Search({ trackId, teaching }: { trackId: number; teaching: ReadonlySet<number> }) {
  const texts = useTexts(dictionary);
  const [typed, setTyped] = useState("");
  const [asked, setAsked] = useState<string | null>(null);
  const pages = useColleagues(asked);
  const search = (event: FormEvent): void => {
    event.preventDefault();
    setAsked(typed.trim());
  };
  return (
    <>
      <form onSubmit={search}>
        <Field
          label={texts.find}
          hint={texts.findHint}
          type="search"
          autoComplete="off"
          maxLength={100}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
        <Button type="submit">{texts.search}</Button>
      </form>
      {asked !== null && (
        <Loaded query={pages}>
          {(found) => (
            <>
              <p role="status">{found.length === 0 && (pages.hasNextPage ? texts.noneYet : texts.noTeacher)}</p>
              <ul className="found plain-list">
                {found.map((each) => (
                  <Found key={each.id} trackId={trackId} user={each} teaches={teaching.has(each.id)} />
                ))}
              </ul>
            </>
          )}
        </Loaded>
      )}
      <More pages={pages} />
    </>
  );
}

type FoundProps = { trackId: number; user: Schemas["UsersList"][number]; teaches: boolean };

function Found({ trackId, user, teaches }: FoundProps) {
  const texts = useTexts(dictionary);
  const name = useFullName()(user);
  const add = useAddTeacher(trackId);
  return (
    <li className="row">
      <span>{name}</span>
      {teaches ? (
        <span className="faint" role="status">
          {texts.teachesAlready}
        </span>
      ) : (
        <Button busy={add.isPending} onClick={() => add.mutate(user.id)}>
          <About action={texts.letTeach} name={name} />
        </Button>
      )}
      {add.error && <Failure error={add.error} />}
    </li>
  );
}
