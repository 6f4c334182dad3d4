/** Every address of the client, below /app. Screens build none by hand. */

type Id = number | string;
/** Where somebody was when they had to sign in. */
type Back = string | null;

const afterwards = (back?: Back): string => (back ? `?back=${encodeURIComponent(back)}` : "");

export const paths = {
  home: () => "/",
  news: (news: Id) => `/news/${news}`,
  signIn: (back?: Back) => `/sign-in${afterwards(back)}`,
  signUp: (back?: Back) => `/sign-up${afterwards(back)}`,
  password: (back?: Back) => `/password${afterwards(back)}`,
  courses: () => "/courses",
  course: (course: Id) => `/courses/${course}`,
  lesson: (course: Id, lesson: Id) => `/courses/${course}/${lesson}`,
  task: (course: Id, lesson: Id, task: Id) => `/courses/${course}/${lesson}/${task}`,
  submission: (submission: Id) => `/submissions/${submission}`,
  tracks: () => "/tracks",
  track: (track: Id) => `/tracks/${track}`,
  /** Where they are written; a new one has no number yet. */
  editTrack: (track: Id | "new") => `/tracks/${track}/edit`,
  editAssignment: (track: Id, assignment: Id | "new") => `/tracks/${track}/edit/${assignment}`,
  assignment: (track: Id, assignment: Id) => `/tracks/${track}/${assignment}`,
  review: (track: Id, assignment: Id) => `/tracks/${track}/${assignment}/review`,
  /** Where a review is written that was given back, though nobody owes it. */
  reviewAgain: (track: Id, assignment: Id) => `/tracks/${track}/${assignment}/review?again`,
  results: (track: Id, assignment: Id) => `/tracks/${track}/${assignment}/results`,
  queue: (track: Id) => `/tracks/${track}/queue`,
  appeal: (track: Id, appeal: Id) => `/tracks/${track}/appeals/${appeal}`,
  written: (track: Id, assignment: Id) => `/tracks/${track}/${assignment}/written`,
  comments: (track: Id, assignment: Id, submission: Id) => `/tracks/${track}/${assignment}/comments/${submission}`,
  threads: (track: Id, assignment: Id) => `/tracks/${track}/${assignment}/threads`,
  join: (code: string) => `/join/${encodeURIComponent(code)}`,
  notifications: () => "/notifications",
  account: () => "/account",
  preferences: () => "/account/notifications",
};

/** A path to go back to after signing in: one of our own, never another site's. */
export function ownPath(path: string | null): string {
  return path?.startsWith("/") && !path.startsWith("//") && !path.includes("\\") ? path : "/";
}
