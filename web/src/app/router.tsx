import { createBrowserRouter } from "react-router";
import { accountRoutes } from "~/features/account/routes";
import { coursesRoutes } from "~/features/courses/routes";
import { schoolRoutes } from "~/features/school/routes";
import { taskRoutes } from "~/features/task/routes";
import { tracksRoutes } from "~/features/tracks/routes";
import { Broken, Missing } from "./Broken";
import { Shell } from "./Shell";

export const router = createBrowserRouter(
  [
    {
      Component: Shell,
      ErrorBoundary: Broken,
      children: [
        {
          ErrorBoundary: Broken,
          children: [
            ...schoolRoutes,
            ...accountRoutes,
            ...coursesRoutes,
            ...taskRoutes,
            ...tracksRoutes,
            { path: "*", Component: Missing },
          ],
        },
      ],
    },
  ],
  { basename: "/app" },
);
