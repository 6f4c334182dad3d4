import type { RouteObject } from "react-router";

export const taskRoutes: RouteObject[] = [
  { path: "courses/:courseId/:lessonId/:taskId", lazy: () => import("./Task") },
  { path: "submissions/:submissionId", lazy: () => import("./SubmissionPage") },
];
