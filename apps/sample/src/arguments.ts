import { parseArgs } from "node:util";

/** What the command line asks for, or what is wrong with it. */
export type Arguments =
  | { readonly kind: "play"; readonly json: boolean; readonly seed: number; readonly databaseFolder?: string }
  | { readonly kind: "help" }
  | { readonly kind: "fault"; readonly message: string };

export const usage = `A mail-triage graph in production: one change is kept, two are taken back.

npm start -- [options]
  --json             one JSON object a line, nothing else (with npm: npm start --silent -- --json)
  --seed N           order and times of the mails; a whole number from 0 to 4294967295, default 1
  --database FOLDER  where experience is kept; default: a new folder for temporary files
  --help             this text
`;

/** Reads the command line. Pure. */
export function readArguments(args: readonly string[]): Arguments {
  let values;
  try {
    ({ values } = parseArgs({
      args: [...args],
      options: {
        json: { type: "boolean", default: false },
        seed: { type: "string", default: "1" },
        database: { type: "string" },
        help: { type: "boolean", default: false },
      },
    }));
  } catch (error) {
    return { kind: "fault", message: (error as Error).message };
  }
  const { json, seed, database, help } = values;
  if (help) return { kind: "help" };
  if (!/^\d{1,10}$/.test(seed) || Number(seed) > 0xff_ff_ff_ff) {
    return { kind: "fault", message: `--seed: expected a whole number from 0 to 4294967295, got "${seed}".` };
  }
  if (database === "") return { kind: "fault", message: "--database: expected a folder, got nothing." };
  return {
    kind: "play",
    json,
    seed: Number(seed),
    ...(database === undefined ? {} : { databaseFolder: database }),
  };
}
