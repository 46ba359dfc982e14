import { Graph, type GraphSpecInput, NodeRegistry, isSparkError } from "@spark/graph";
import { beforeAll, describe, expect, test } from "vitest";
import { measureTriage } from "./accuracy.ts";
import { type LabelledMail, loadCorpus } from "./corpus.ts";
import { parseStrictly, readLess, readPhrases } from "./hypotheses.ts";
import { mailGraph, mailNodes } from "./mail-graph.ts";
import { type Mail, TriagedMail } from "./mail.ts";
import { Mailbox } from "./mailbox.ts";
import { structuralFaults } from "./mime-faults.ts";
import type { NaiveBayes } from "./naive-bayes.ts";
import { trainModel } from "./train-model.ts";

const corpus = loadCorpus();
const mails = corpus.heldOut.slice(0, 300);
const broken = corpus.heldOut.filter(({ text }) => structuralFaults(text).length > 0);
let model: NaiveBayes;

beforeAll(async () => {
  model = await trainModel(corpus.train.slice(0, 600));
});

function buildGraph(spec: GraphSpecInput = mailGraph) {
  const mailbox = new Mailbox();
  const graph = Graph.fromSpec<Mail, TriagedMail>(spec, new NodeRegistry(mailNodes({ model, mailbox })));
  return { graph, mailbox };
}

/** The spec with config updates done by hand, so that the test stands on nothing but the graph. */
function changed(...hypotheses: readonly (typeof readLess)[]): GraphSpecInput {
  const spec: GraphSpecInput = structuredClone(mailGraph);
  for (const change of hypotheses.flatMap((hypothesis) => hypothesis("v").changes ?? [])) {
    if (change.type !== "node_config_update") throw new Error(`expected a config update, got ${change.type}`);
    const node = spec.nodes.find(({ id }) => id === change.targetNodeId);
    expect(node?.config).toHaveProperty(change.configPath);
    Object.assign(node?.config ?? {}, { [change.configPath]: change.newValue });
  }
  return spec;
}

const inputOf = ({ mailId, text }: LabelledMail): Mail => ({ mailId, text });

describe("the mail graph", () => {
  test("triages real mails: few mistakes, and each mail lies where the result says", async () => {
    const { graph, mailbox } = buildGraph();
    const { confusion, decidedRightly, review } = await measureTriage({ target: graph, mails });
    expect(decidedRightly.share).toBeGreaterThan(0.97);
    expect(review.share).toBeGreaterThan(0.03);
    expect(mailbox.counts).toEqual({
      inbox: confusion.ham.ham + confusion.spam.ham,
      spam: confusion.ham.spam + confusion.spam.spam,
      review: review.count,
    });
  });

  test("gives the same answers when all mails are under way at once", async () => {
    const { graph } = buildGraph();
    const sound = mails.filter((mail) => !broken.includes(mail));
    const together = await Promise.all(sound.map((mail) => graph.run(inputOf(mail))));
    for (const [at, mail] of sound.entries()) {
      expect(TriagedMail.parse(together[at]).mailId).toBe(mail.mailId);
    }
    const alone = [];
    for (const mail of sound) alone.push(await graph.run(inputOf(mail)));
    expect(together).toEqual(alone);
  });

  test("fails on mails whose structure is broken, and says which node and why", async () => {
    const { graph } = buildGraph();
    expect(broken.length).toBeGreaterThan(5);
    for (const mail of broken) {
      const error: unknown = await graph.run(inputOf(mail)).catch((failure: unknown) => failure);
      expect(isSparkError(error, "node_failed") && error.details).toMatchObject({
        nodeId: "parse",
        type: "MalformedMailError",
      });
    }
  });

  test("can be given a fallback for them", async () => {
    const { graph, mailbox } = buildGraph({
      ...mailGraph,
      nodes: [...mailGraph.nodes, { id: "salvage", type: "ParsePlainText" }],
      edges: [
        ...mailGraph.edges,
        { id: "parse-salvage", fromNode: "parse", toNode: "salvage", onError: true },
        { id: "salvage-clean", fromNode: "salvage", toNode: "clean" },
      ],
    });
    const { failed } = await measureTriage({ target: graph, mails: broken });
    expect(failed.count).toBe(0);
    expect(mailbox.latest).toHaveLength(broken.length);
  });

  test.each([
    ["no mail at all", undefined],
    ["an empty mail", { mailId: "m", text: "" }],
    ["a mail with an unknown key", { mailId: "m", text: "A: b\n\nc", label: "spam" }],
  ])("refuses %s", async (_name, input) => {
    const { graph, mailbox } = buildGraph();
    await expect(graph.run(input as Mail)).rejects.toThrow('Node "parse" failed');
    expect(mailbox.latest).toEqual([]);
  });

  test.each([
    ["maxMailChars", 999],
    ["strictness", "very"],
    ["maxMailChar", 5_000],
  ])("refuses to be built with the config %s: %s", (key, value) => {
    const [parse, ...others] = mailGraph.nodes;
    const spec = {
      ...mailGraph,
      nodes: [{ ...parse, config: { ...parse.config, [key]: value } }, ...others],
    };
    expect(() => buildGraph(spec)).toThrow(/"parse" \(ParseMail\): config/);
  });
});

describe("the hypotheses", () => {
  test("readLess keeps the accuracy within noise", async () => {
    const before = await measureTriage({ target: buildGraph().graph, mails });
    const after = await measureTriage({ target: buildGraph(changed(readLess)).graph, mails });
    expect(after.decidedRightly.share).toBeGreaterThanOrEqual(before.decidedRightly.interval[0]);
    expect(after.correct.share).toBeGreaterThanOrEqual(before.correct.interval[0]);
    expect(after.failed.count).toBe(before.failed.count);
  });

  test("parseStrictly fails on more than 3 % of the mails, with and without readLess", async () => {
    for (const spec of [changed(parseStrictly), changed(readLess, parseStrictly)]) {
      const { failed } = await measureTriage({ target: buildGraph(spec).graph, mails });
      expect(failed.share).toBeGreaterThan(0.03);
    }
  });

  test("readPhrases answers like before and takes at least twice the time", async () => {
    const long = mails.filter(({ text }) => text.length > 5_000);
    const arms = [buildGraph(), buildGraph(changed(readPhrases))] as const;
    await measureTriage({ target: arms[1].graph, mails: long });
    const [before, after] = [
      await measureTriage({ target: arms[0].graph, mails: long }),
      await measureTriage({ target: arms[1].graph, mails: long }),
    ];
    expect(after.failed.count).toBe(before.failed.count);
    expect(after.meanMs).toBeGreaterThan(2 * before.meanMs);
  });
});
