import { labelled, type Style } from "../labelled-lines.ts";
import type { LoopEvent } from "./loop-event.ts";
import { changeText, type Names } from "./show-hypothesis.ts";

type PhaseEvent = Extract<LoopEvent, { readonly type: "phase" }>;

/** Lines for something that happened in one phase. Pure. */
export function phaseLines(event: PhaseEvent, names: Names, style: Style): readonly string[] {
  const { colors } = style;
  const { phase, hypothesisId, summary } = event.note;
  const text = names.inWords(summary);
  const name = hypothesisId === undefined ? "" : `${names.of(hypothesisId)} `;
  const [good, bad] = [colors.green("✓"), colors.red("✗")];
  switch (phase) {
    case "analysis":
      return labelled("Analysis", [text], style);
    case "generation":
      return labelled("Proposed", proposalTexts(event, name, text), style);
    case "validation":
      return labelled("Validator", [`${bad} ${name}${text}`], style);
    case "review":
      return labelled("Review", [`${name}${text}`], style);
    case "testing": {
      if (summary === "begun") return [];
      const [first = "", ...more] = text.replace(": ", "; ").split("; ");
      const mark = text.startsWith("passed") ? good : text.startsWith("test failed") ? bad : "·";
      return labelled("Tester", [`${mark} ${name}${first}`, ...more], style);
    }
    case "ranking":
      return labelled("Ranked", [`${name}${text}`], style);
    case "deployment": {
      const [first = "", ...more] = text.split("; ").filter((part) => part !== "");
      const mark = text.startsWith("completed") ? good : text.startsWith("passed over") ? "·" : bad;
      return labelled("Result", [`${mark} ${name}${first}`, ...more], style);
    }
    case "learning":
      return labelled("Learned", [text], style);
  }
}

function proposalTexts({ about }: PhaseEvent, name: string, text: string): readonly string[] {
  const { idea } = about ?? {};
  if (idea === undefined) return [`${name}${text}`];
  const by = idea.rule === "planted" ? "planted" : `by the rule ${idea.rule}`;
  return [`${name}${idea.changes.map(changeText).join(", ")}, ${by}`, idea.rationale];
}
