import { defineConfig } from "@playwright/test";

/** The address of a running local cloud, and the browser to look at it with; the e2e ring names both. */
const BASE = process.env["LYCEUM_URL"] ?? "http://localhost:8000";
const CHROMIUM = process.env["CHROMIUM"] ?? "/usr/bin/chromium";

export default defineConfig({
  testDir: "e2e",
  outputDir: "../build/web-e2e",
  workers: 2,
  fullyParallel: true,
  forbidOnly: true,
  // They end what hangs; how fast a page is they do not say. A busy machine takes six times as long as an idle one.
  timeout: 240_000,
  expect: { timeout: 40_000 },
  reporter: [["list"]],
  // What fails is tried again to be seen, and has failed all the same: tracing every journey took a quarter of their time.
  retries: 1,
  failOnFlakyTests: true,
  use: {
    baseURL: `${BASE}/app/`,
    viewport: { width: 1280, height: 800 },
    locale: "en-GB",
    screenshot: "only-on-failure",
    trace: "on-first-retry",
    launchOptions: {
      executablePath: CHROMIUM,
      // Its own sandbox needs privileges that containers and root do not have; the pages are ours. The rest keeps it off the network.
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-background-networking",
        "--no-first-run",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
});
