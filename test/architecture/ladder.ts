/** What a package may depend on: packages of ours below it, and packages of others. */
export interface Rung {
  readonly ours: readonly string[];
  readonly others: readonly string[];
}

/**
 * The ladder of packages. Imports go down only, never sideways, so a package can be understood, tested and
 * replaced with nothing but what stands below it. Moving a wall starts here, and in DECISIONS.md.
 */
export const ladder: Readonly<Record<string, Rung>> = {
  graph: { ours: [], others: ["rxjs", "zod"] },
  evidence: { ours: [], others: ["jstat"] },
  telemetry: { ours: ["graph"], others: ["rxjs", "zod"] },
  "rsi-model": { ours: ["graph", "telemetry"], others: ["zod"] },
  "experience-db": { ours: ["graph", "rsi-model"], others: ["lowdb", "zod"] },
  "rsi-deploy": {
    ours: ["evidence", "graph", "rsi-model", "telemetry"],
    others: ["immer", "rxjs", "zod"],
  },
  rsi: {
    ours: ["evidence", "experience-db", "graph", "rsi-deploy", "rsi-model", "telemetry"],
    others: ["ai", "rxjs", "zod"],
  },
};

/** Dependencies that stay behind one folder, so that nobody else pays for them or knows of them. */
export const confined: Readonly<Record<string, string>> = {
  ai: "packages/rsi/src/language-model/",
  lowdb: "packages/experience-db/src/file/",
};
