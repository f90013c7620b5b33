import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    environment: "happy-dom",
    include: ["tests/**/*.test.ts"],
    restoreMocks: true,
    // A zone with a summer of its own.
    env: { TZ: "Europe/Berlin" },
  },
});
