import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: { conditions: ["source"] },
  ssr: { resolve: { conditions: ["source"], externalConditions: ["source"] } },
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["test/kernel/**", "test/systemd/**"],
    testTimeout: 20_000,
    // What runs against real peers waits for them most of the time.
    maxWorkers: Math.max(4, availableParallelism()),
    coverage: {
      provider: "v8",
      include: ["src/**/*.ts"],
      // These run only as processes of their own, in test/e2e.
      exclude: [
        "src/main.ts",
        "src/version.ts",
        "src/platform.ts",
        "src/commands/**",
        "src/targets/mdns-source.ts",
        "src/targets/mdns/sockets.ts",
      ],
      thresholds: {
        lines: 97,
        branches: 93,
        "src/drivers/{i2c,gpio,kernel}/*.ts": { lines: 100, functions: 100, branches: 95 },
        "src/store.ts": { lines: 100, functions: 100 },
        "src/config/**": { lines: 98 },
      },
      reporter: ["text-summary", "json-summary"],
    },
  },
});
