import type { RouteObject } from "react-router";

export const tracksRoutes: RouteObject[] = [];
