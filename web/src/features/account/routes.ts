import type { RouteObject } from "react-router";

export const accountRoutes: RouteObject[] = [
  { path: "sign-in", lazy: () => import("./SignIn") },
  { path: "sign-up", lazy: () => import("./SignUp") },
  { path: "password", lazy: () => import("./Password") },
  { path: "invited", lazy: () => import("./Invited") },
  { path: "account/notifications", lazy: () => import("./Preferences") },
  { path: "account", lazy: () => import("./Account") },
];
