import type { RouteObject } from "react-router";

export const tracksRoutes: RouteObject[] = [
  { path: "tracks", lazy: () => import("./Tracks") },
  { path: "tracks/:trackId/edit/:assignmentId?", lazy: () => import("./authoring/Editors") },
  { path: "tracks/:trackId", lazy: () => import("./Track") },
  { path: "tracks/:trackId/queue", lazy: () => import("./Queue") },
  { path: "tracks/:trackId/appeals/:appealId", lazy: () => import("./Appeal") },
  { path: "tracks/:trackId/:assignmentId", lazy: () => import("./Assignment") },
  { path: "tracks/:trackId/:assignmentId/review", lazy: () => import("./Review") },
  { path: "tracks/:trackId/:assignmentId/results", lazy: () => import("./Results") },
  { path: "tracks/:trackId/:assignmentId/written", lazy: () => import("./Written") },
  { path: "tracks/:trackId/:assignmentId/threads", lazy: () => import("./Threads") },
  { path: "tracks/:trackId/:assignmentId/comments/:submissionId", lazy: () => import("./Comments") },
];
