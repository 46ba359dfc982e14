import { parseArgs } from "node:util";
import { plots } from "./plots.ts";

/** The loop has no plot: its changes are not written down beforehand. */
export type StoryName = "loop" | keyof typeof plots;

const titles: Readonly<Record<StoryName, string>> = {
  loop: "the loop finds, tests, deploys and learns by itself (default)",
  changes: plots.changes.title,
  rollouts: plots.rollouts.title,
};

/** What the command line asks for, or what is wrong with it. */
export type Arguments =
  | {
      readonly kind: "play";
      readonly story: StoryName;
      readonly json: boolean;
      readonly seed: number;
      readonly databaseFolder?: string;
    }
  | { readonly kind: "help" }
  | { readonly kind: "fault"; readonly message: string };

export const usage = `A mail-triage graph in production.

npm start -- [story] [options]
${Object.entries(titles)
  .map(([name, title]) => `  ${name.padEnd(18)} ${title}`)
  .join("\n")}

  --json             one JSON object a line, nothing else (with npm: npm start --silent -- --json)
  --seed N           order and times of the mails; a whole number from 0 to 4294967295, default 1
  --database FOLDER  where experience is kept; default: a new folder for temporary files
  --help             this text
`;

/** Reads the command line. Pure. */
export function readArguments(args: readonly string[]): Arguments {
  let values;
  let positionals;
  try {
    ({ values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
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
  const [story = "loop", ...more] = positionals;
  if (!isStory(story) || more.length > 0) {
    const known = Object.keys(titles).join(", ");
    return { kind: "fault", message: `story: expected one of ${known}, got "${positionals.join(" ")}".` };
  }
  if (!/^\d{1,10}$/.test(seed) || Number(seed) > 0xff_ff_ff_ff) {
    return { kind: "fault", message: `--seed: expected a whole number from 0 to 4294967295, got "${seed}".` };
  }
  if (database === "") return { kind: "fault", message: "--database: expected a folder, got nothing." };
  return {
    kind: "play",
    story,
    json,
    seed: Number(seed),
    ...(database === undefined ? {} : { databaseFolder: database }),
  };
}

function isStory(name: string): name is StoryName {
  return Object.hasOwn(titles, name);
}
