import { defineConfig } from "vite";

// Relative addresses, so that the page works behind a proxy's folder; nothing inlined, so that the policy may be strict.
export default defineConfig({
  base: "./",
  build: {
    target: "es2022",
    outDir: "../src/allears/server/page",
    emptyOutDir: true,
    assetsInlineLimit: 0,
    cssCodeSplit: false,
    modulePreload: false,
    sourcemap: false,
  },
  server: { proxy: { "/v1": { target: "http://127.0.0.1:8000", ws: true }, "/health": "http://127.0.0.1:8000" } },
});
