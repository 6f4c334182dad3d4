import type { RouteObject } from "react-router";

export const coursesRoutes: RouteObject[] = [
  { path: "courses", lazy: () => import("./Courses") },
  { path: "courses/:courseId", lazy: () => import("./Course") },
  { path: "courses/:courseId/:lessonId", lazy: () => import("./Lesson") },
];
