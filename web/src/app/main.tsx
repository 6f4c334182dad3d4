import { QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { RouterProvider } from "react-router";
import { startLanguage } from "~/texts/language";
import { startTheme } from "~/ui/theme";
import "~/ui/tokens.css";
import "~/ui/base.css";
import { queryClient } from "./cache";
import { router } from "./router";

startLanguage();
startTheme();

const root = document.getElementById("app");
if (!root) throw new Error("the page has no place for the client");
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </StrictMode>,
);
