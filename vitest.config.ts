import { defineConfig } from "vitest/config";

/** Tests run on the sources: the condition makes each package's exports map point at `src/`. */
const conditions = ["@spark/source", "node", "import", "module", "default"];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ["packages/*/src/**/*.test.ts", "apps/*/src/**/*.test.ts", "test/**/*.test.ts"],
    testTimeout: 20_000,
  },
});
