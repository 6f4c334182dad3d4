/** What awaits a teacher: one list, what has waited longest first. Pure. */

import type { Schemas } from "~/api/client";
import { paths } from "~/lib/paths";

type Teaching = Schemas["TeachingView"];
type Place = Pick<Teaching["behind"][number], "course_id" | "lesson_id" | "task_id" | "track_id" | "assignment_id">;

type Entry = { place: string; since: string; to: string | null };
export type Awaiting = Entry &
  (
    | { kind: "track"; count: number }
    | { kind: "reviews"; count: number }
    | { kind: "appeals"; count: number }
    | { kind: "import"; count: number }
    | { kind: "enrollment"; count: number }
    | { kind: "missed" | "stuck" | "quiet"; name: string | null; count: number; test: number }
    | { kind: "apart"; name: string | null; percent: number }
  );

export function awaiting({ waiting, behind, disagreements }: Teaching): Awaiting[] {
  const all: Awaiting[] = [
    ...waiting.map((each) => ({
      ...entry(each),
      kind: each.kind,
      count: each.count,
      ...(each.kind === "appeals" && { to: paths.queue(each.track_id ?? "") }),
    })),
    ...behind.map((each) => ({
      ...entry(each),
      kind: each.kind,
      name: each.name,
      count: each.count,
      test: each.test ?? 0,
    })),
    ...disagreements.map((each) => ({
      ...entry(each),
      kind: "apart" as const,
      name: each.name,
      percent: Math.round(each.spread * 100),
      to: paths.results(each.track_id ?? "", each.assignment_id ?? ""),
    })),
  ];
  return all.sort((a, b) => Date.parse(a.since) - Date.parse(b.since));
}

function entry(each: Place & { within: string; title: string | null; since: string }): Entry {
  return {
    place: [each.title, each.within].filter(Boolean).join(" · "),
    since: each.since,
    to: pathOf(each),
  };
}

/** Of a group there is no screen. */
function pathOf({ course_id, lesson_id, task_id, track_id, assignment_id }: Place): string | null {
  if (track_id) return assignment_id ? paths.assignment(track_id, assignment_id) : paths.track(track_id);
  if (!course_id) return null;
  return lesson_id && task_id ? paths.task(course_id, lesson_id, task_id) : paths.course(course_id);
}
