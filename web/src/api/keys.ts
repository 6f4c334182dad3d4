/** The first member of every query's key, by subject: frames and writes make whole subjects old. */
export const keys = {
  dashboard: ["dashboard"],
  news: ["news"],
  notifications: ["notifications"],
  courses: ["courses"],
  submissions: ["submissions"],
  tracks: ["tracks"],
  invitations: ["invitations"],
  account: ["account"],
  languages: ["languages"],
  problems: ["problems"],
} as const;
