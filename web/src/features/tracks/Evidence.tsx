import { lazy, type ReactNode, Suspense } from "react";
import type { Schemas } from "~/api/client";
import type { Me } from "~/api/session";
import { Loading } from "~/ui/Loaded";
import type { Chosen } from "./chosen";
import type { Assignment } from "./phase";
import type { ProgramState } from "./useProgram";

/** What assignments with a problem have more. Others load nothing of it. */
const Problem = lazy(async () => ({ default: (await import("./Problem")).Problem }));
const OwnVerdict = lazy(async () => ({ default: (await import("./OwnVerdict")).OwnVerdict }));
const ProgramChoice = lazy(async () => ({ default: (await import("./ProgramChoice")).ProgramChoice }));
const CounterTests = lazy(async () => ({ default: (await import("./CounterTests")).CounterTests }));
const Tried = lazy(async () => ({ default: (await import("./Tried")).Tried }));
const Rejudge = lazy(async () => ({ default: (await import("./Rejudge")).Rejudge }));

type OfAssignment = { assignment: Assignment };

export function ItsProblem({ assignment }: OfAssignment) {
  return (
    <Judged of={assignment}>
      <Problem assignmentId={assignment.id} />
    </Judged>
  );
}

export function ItsVerdict({ assignment, solution }: OfAssignment & { solution: Schemas["SolutionView"] }) {
  return (
    <Judged of={assignment}>
      <OwnVerdict assignment={assignment} judged={solution.judged} />
    </Judged>
  );
}

type ChoiceProps = OfAssignment & { program: ProgramState; chosen: Chosen; error: Error | null };

export function ItsProgram({ assignment, ...props }: ChoiceProps) {
  return (
    <Judged of={assignment}>
      <ProgramChoice {...props} />
    </Judged>
  );
}

/** For those who review; what they tried is read when they open it. */
export function ItsCounterTests({ assignment, ...props }: OfAssignment & { submissionId: number; me: Me }) {
  return (
    <Judged of={assignment}>
      <CounterTests assignment={assignment} {...props} />
    </Judged>
  );
}

type TriedProps = OfAssignment & { result: Schemas["ResultView"]; heading: "h2" | "h3" };

/** For teachers, and for the author when the review stage is over. */
export function WhatWasTried({ assignment, ...props }: TriedProps) {
  if (assignment.is_enrolled && assignment.current_stage !== "completed") return null;
  return (
    <Judged of={assignment}>
      <Tried assignment={assignment} {...props} />
    </Judged>
  );
}

export function RejudgeAll({ assignment }: OfAssignment) {
  return (
    <Judged of={assignment}>
      <Rejudge assignmentId={assignment.id} />
    </Judged>
  );
}

function Judged({ of, children }: { of: Assignment; children: ReactNode }) {
  return of.problem_id === null ? null : <Suspense fallback={<Loading />}>{children}</Suspense>;
}
