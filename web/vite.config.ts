import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

/** Where `make run` answers; `make dev-web` sends everything that is not the client's own there. */
const API = process.env["LYCEUM_URL"] ?? "http://localhost:8000";

export default defineConfig({
  base: "/app/",
  plugins: [react()],
  resolve: { alias: { "~": fileURLToPath(new URL("./src", import.meta.url)) } },
  build: {
    outDir: "../build/web",
    emptyOutDir: true,
    target: "es2022",
    // Fonts and pictures as files: the policy of the page allows no data: fonts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    manifest: true,
  },
  server: {
    port: 5173,
    strictPort: true,
    proxy: { "^/(?!app/|app$|@|src/|node_modules/)": { target: API, ws: true, changeOrigin: true } },
  },
  test: { include: ["src/**/*.test.ts", "*.test.ts"], environment: "node" },
});
