import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

/** Where `make run` answers; `make dev-web` sends everything that is not the client's own there. */
const API = process.env["LYCEUM_URL"] ?? "http://localhost:8000";

/** Every browser that the client runs in reads woff2: KaTeX's other fonts are a third of the build, for nobody. */
const woff2Only: Plugin = {
  name: "woff2-only",
  enforce: "pre",
  transform: (code, id) =>
    /katex.*\.css/.test(id) ? code.replaceAll(/,url\([^)]*\.(?:woff|ttf)\) format\("\w+"\)/g, "") : null,
};

export default defineConfig({
  base: "/app/",
  plugins: [react(), woff2Only],
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
