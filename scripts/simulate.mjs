// `npm run simulate`: how often each way of deciding is wrong, and how late, on simulated deployments.
import { harmless, simulateDeployment, simulatePanel } from "@spark/rsi-deploy/testing";

const modes = /** @type {const} */ (["sequential", "threshold"]);
const shares = [0.1, 0.5, 0.9];
const wholeDeployments = 40;
const rollouts = 100;
const columns = [
  "",
  ...modes.flatMap((mode) => shares.map((share) => `${mode.slice(0, 3)}. ${percent(share)}`)),
];

/** @param {number} count */
const seeds = (count) => Array.from({ length: count }, (_, at) => at + 1);

/** @param {readonly number[]} values */
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

/**
 * Prints rows in columns, the first to the left and the others to the right.
 * @param {readonly (readonly string[])[]} rows
 */
function table(rows) {
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => (row[at] ?? "").length)));
  for (const row of rows) {
    const cells = row.map((cell, at) =>
      at === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[at] ?? 0),
    );
    console.log(`  ${cells.join("   ")}`);
  }
}

/** @param {number} share */
function percent(share) {
  return `${Number((100 * share).toFixed(1))} %`;
}

/** @param {string} text */
function heading(text) {
  console.log(`\n${text}\n`);
}

/**
 * @param {import("@spark/rsi-deploy/testing").Scenario} scenario
 * @param {"sequential" | "threshold"} decision
 * @param {number} share
 */
async function falseRollbacks({ baseline, candidate, traffic }, decision, share) {
  let rolledBack = 0;
  for (const seed of seeds(wholeDeployments)) {
    const config = /** @type {const} */ ({
      strategy: "direct",
      holdbackShare: 1 - share,
      decision,
      minimumRuns: 20,
    });
    const { status } = await simulateDeployment({ config, traffic, baseline, candidate, seed });
    if (status === "rolled_back") rolledBack += 1;
  }
  return rolledBack / wholeDeployments;
}

heading("False rollbacks of whole deployments");
console.log(
  `  The real controller on a real live graph, ${wholeDeployments} deployments a figure: 300 s at 5 runs/s, 30 checks, 1,000\n` +
    "  runs of history. Every candidate here is within the margins (errors × 1.5, latency × 2), so that each\n" +
    "  rollback is a false one. Columns: how it is decided, and the candidate's share of the traffic.\n" +
    "  seq. (sequential) promises at most 5 %; thr. (threshold) is the plain comparison of each window of at\n" +
    "  least 20 runs.\n",
);
const worlds = [columns];
for (const scenario of harmless) {
  const row = [scenario.name];
  for (const mode of modes) {
    for (const share of shares) row.push(percent(await falseRollbacks(scenario, mode, share)));
  }
  worlds.push(row);
}
table(worlds);

heading("False rollbacks by error rate, nothing changed");
console.log(
  `  The guards alone, fed run by run, ${rollouts} rollouts a figure: 30 checks of 20 runs of the candidate each.\n` +
    "  Rows: the error rate of both versions. Columns as above.\n",
);
table([
  columns,
  ...[0, 0.01, 0.02, 0.05, 0.1, 0.2].map((rate) => [
    percent(rate),
    ...modes.flatMap((decision) =>
      shares.map((share) =>
        percent(ended({ decision, share, from: rate, to: rate }, rollouts).length / rollouts),
      ),
    ),
  ]),
]);

heading("How soon a regression is seen");
console.log(
  `  The guards alone, ${rollouts} rollouts a figure: errors of 2 % grow to so many from the first run on, 30 checks of\n` +
    "  100 runs of the candidate. Each cell: rollouts that were ended, and the median of the candidate's runs\n" +
    "  by then. Read the threshold columns with the tables above: they end good rollouts as soon.\n",
);
table([
  columns,
  ...[0.05, 0.1, 0.2, 0.5, 1].map((rate) => [
    percent(rate),
    ...modes.flatMap((decision) =>
      shares.map((share) =>
        seen(ended({ decision, share, from: 0.02, to: rate, perCheck: 100 }, rollouts), rollouts),
      ),
    ),
  ]),
  [
    "10 % from check 25",
    ...modes.flatMap((decision) =>
      shares.map((share) =>
        seen(ended({ decision, share, from: 0.02, to: 0.1, perCheck: 100, onset: 25 }, rollouts), rollouts),
      ),
    ),
  ],
]);

/**
 * The candidate's runs of every rollout that the guards ended.
 * @param {{ decision: "sequential" | "threshold", share: number, from: number, to: number, perCheck?: number, onset?: number }} rollout
 * @param {number} count
 */
function ended({ decision, share, from, to, perCheck = 20, onset = 1 }, count) {
  return seeds(count).flatMap((seed) => {
    const { guard, candidateRuns } = simulatePanel({
      config: { decision, minimumRuns: 20 },
      share,
      checks: 30,
      runsPerCheck: Math.round(perCheck / share),
      baselineRate: from,
      candidateRate: (check) => (check < onset ? from : to),
      seed,
    });
    return guard === undefined ? [] : [candidateRuns];
  });
}

/**
 * @param {readonly number[]} runs
 * @param {number} count
 */
function seen(runs, count) {
  return runs.length === 0 ? "0 %" : `${percent(runs.length / count)} @ ${median(runs)}`;
}
