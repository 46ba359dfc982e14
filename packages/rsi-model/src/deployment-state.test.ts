import { describe, expect, test } from "vitest";
import { DeploymentEvent } from "./deployment-event.ts";
import { applyDeploymentEvent, foldDeployment } from "./deployment-state.ts";
import { complete, DeploymentRecord, rollBack } from "./deployment.ts";
import { exampleDeployment, exampleMetrics } from "./testing.ts";

const about = { deploymentId: "deploy_1" };
const started = {
  type: "started",
  ...about,
  at: 1000,
  hypothesisId: "hyp_1",
  graphId: "support",
  baselineVersionId: "v_base",
  candidateVersionId: "v_candidate",
  strategy: "direct",
  config: {},
  stages: [],
  salt: "s",
} satisfies DeploymentEvent;
const stage = {
  type: "stage_entered",
  ...about,
  at: 1010,
  index: 0,
  name: "10 %",
  plan: { kind: "split" },
  deadlineAt: 5000,
} satisfies DeploymentEvent;
const ending = { completedAt: "2026-01-01T00:05:00.000Z", decidedBy: "guard:error_rate", verdicts: [] };
const ended = {
  type: "ended",
  ...about,
  at: 9000,
  record: rollBack(exampleDeployment(), { ...ending, rollbackReason: "error rate 40 % against 2 %" }),
} satisfies DeploymentEvent;

describe("folding a deployment's log", () => {
  test("tells the stage, the plan in force, the last evidence and its own length", () => {
    const state = foldDeployment([
      started,
      stage,
      { type: "plan_set", ...about, at: 1011, revision: 3, plan: { kind: "split" } },
      { type: "checked", ...about, at: 2000, checkpoint: { n: 4 }, deployedMetrics: exampleMetrics() },
      { type: "extended", ...about, at: 5000, deadlineAt: 8000 },
      { type: "checked", ...about, at: 6000, checkpoint: { n: 9 } },
    ]);
    expect(state).toMatchObject({
      phase: "open",
      length: 6,
      at: 6000,
      checks: 2,
      stage: { index: 0, name: "10 %", deadlineAt: 8000, extensions: 1 },
      appliedPlan: { revision: 3 },
      lastCheck: { checkpoint: { n: 9 } },
    });
  });

  test("keeps the evidence over a stage's end, but neither its gate nor its decision", () => {
    const state = foldDeployment([
      started,
      stage,
      { type: "checked", ...about, at: 2000, checkpoint: { n: 4 } },
      { type: "gate_waiting", ...about, at: 2001, gate: "ann", idempotencyKey: "k" },
      { type: "gate_decided", ...about, at: 2002, gate: "ann", approved: true, by: "ann" },
      { type: "decided", ...about, at: 2003, decision: "promote", reason: "healthy", by: "controller" },
      { ...stage, index: 1, name: "100 %", at: 2004 },
    ]);
    expect(state).toMatchObject({ lastCheck: { checkpoint: { n: 4 } }, stage: { index: 1 } });
    expect(state).not.toHaveProperty("gate");
    expect(state).not.toHaveProperty("decision");
  });

  test("a pause is over with resume, which may move the deadline", () => {
    const paused = foldDeployment([started, stage, { type: "paused", ...about, at: 2000, by: "ann" }]);
    expect(paused).toMatchObject({ paused: { by: "ann" } });
    const resumed = applyDeploymentEvent(paused, {
      type: "resumed",
      ...about,
      at: 3000,
      by: "ann",
      deadlineAt: 6000,
    });
    expect(resumed).toMatchObject({ stage: { deadlineAt: 6000 } });
    expect(resumed).not.toHaveProperty("paused");
  });

  test("an ended deployment has its record and knows what it was before", () => {
    expect(foldDeployment([started, stage, ended])).toMatchObject({
      phase: "ended",
      record: { status: "rolled_back", rollbackReason: "error rate 40 % against 2 %" },
      before: { stage: { index: 0 } },
    });
  });

  test("a refused deployment is its ending alone", () => {
    const { status: _, deployedVersion: __, ...start } = exampleDeployment();
    const refused = foldDeployment([
      {
        type: "ended",
        ...about,
        at: 1,
        record: {
          ...start,
          status: "rejected",
          completedAt: "2026-01-01T00:00:01.000Z",
          decidedBy: "controller",
          reasons: ["the test has not passed"],
        },
      },
    ]);
    expect(refused).toMatchObject({ phase: "ended", length: 1, record: { status: "rejected" } });
  });

  test.each([
    ["nothing at all", [], "empty list"],
    ["an event before the start", [stage], "begins with"],
    ["a second start", [started, started], "started already"],
    ["an event after the end", [started, ended, stage], "has ended as rolled_back"],
    [
      "an event of another deployment",
      [started, { ...stage, deploymentId: "other" }],
      "the log is of deploy_1",
    ],
    [
      "a gap",
      [
        { ...started, sequence: 0 },
        { ...stage, sequence: 2 },
      ],
      "its sequence is 2 where 1 comes next",
    ],
    [
      "an answer nobody asked for",
      [started, { type: "gate_decided", ...about, at: 1, gate: "g", approved: true, by: "a" }],
      "was not asked",
    ],
    [
      "more time for no stage",
      [started, { type: "extended", ...about, at: 1, deadlineAt: 2 }],
      "in no stage",
    ],
    [
      "the ending of a running record that is another's",
      [started, { ...ended, record: { ...ended.record, deploymentId: "other" } }],
      "cannot end with the record of other",
    ],
  ] as [string, DeploymentEvent[], string][])("refuses %s", (_, events, message) => {
    expect(() => foldDeployment(events)).toThrow(message);
  });

  test("every event passes its schema, and an ending in progress does not", () => {
    for (const event of [started, stage, ended]) expect(DeploymentEvent.parse(event)).toEqual(event);
    expect(DeploymentEvent.safeParse({ ...ended, record: exampleDeployment() }).success).toBe(false);
  });
});

describe("a deployment's record", () => {
  test("ends with just the fields of its ending", () => {
    const completed = complete(exampleDeployment(), { ...ending, deployedMetrics: exampleMetrics() });
    expect(DeploymentRecord.parse(completed)).toEqual(completed);
    expect(DeploymentRecord.safeParse({ ...completed, rollbackReason: "x" }).success).toBe(false);
    expect(DeploymentRecord.safeParse({ ...ended.record, rollbackReason: undefined }).success).toBe(false);
  });

  test("cannot be completed twice", () => {
    const completed = complete(exampleDeployment(), ending);
    // @ts-expect-error only a deployment in progress can be completed
    expect(complete(completed, ending).status).toBe("completed");
  });
});
