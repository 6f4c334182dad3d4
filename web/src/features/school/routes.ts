import type { RouteObject } from "react-router";

export const schoolRoutes: RouteObject[] = [
  { index: true, lazy: () => import("./Home") },
  { path: "news/:newsId", lazy: () => import("./NewsItem") },
  { path: "join/:code", lazy: () => import("./Join") },
  { path: "notifications", lazy: () => import("./Notifications") },
];
