const tracks = ["tracks"] as const;

/** The first member of every query's key, by subject: frames and writes make whole subjects old. */
export const keys = {
  dashboard: ["dashboard"],
  news: ["news"],
  notifications: ["notifications"],
  courses: ["courses"],
  submissions: ["submissions"],
  tracks,
  /** What was tried on a solution: a part of its subject, which frames make old by itself. */
  counterTests: (submission_id: number) => [...tracks, "counter-tests", submission_id] as const,
  invitations: ["invitations"],
  account: ["account"],
  languages: ["languages"],
  problems: ["problems"],
} as const;
