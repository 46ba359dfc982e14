import { SparkError } from "@spark/graph";
import { generateText, jsonSchema, type LanguageModel, NoObjectGeneratedError, Output } from "ai";
import { z } from "zod";
import { type HypothesisModel, HypothesisProposal, type ProposalRequest } from "../hypothesis-model.ts";
import { instructions, proposalPrompt } from "./proposal-prompt.ts";

/** What a language model is asked with. */
export interface LanguageModelOptions {
  /** Any model of the AI SDK. Keys and addresses are the model's own matter. */
  readonly model: LanguageModel;
  /** How often a call that failed is made again. @default 2 */
  readonly maxRetries?: number;
  /** How often it is asked in all, where the answer is not of the asked form. @default 2 */
  readonly maxAttempts?: number;
  /** Longest answer, in tokens. @default 4000 */
  readonly maxOutputTokens?: number;
  /** Kept with each hypothesis as its author. @default "languageModel" */
  readonly name?: string;
  /** Said after our own instructions: what the graph is for, what matters, what must stay. */
  readonly guidance?: string;
}

/**
 * Proposes by a language model of the AI SDK, with structured output by the schema of a proposal.
 *
 * Rejects with `unsupported` when no answer was of the asked form, and with the SDK's own error when the model
 * cannot be reached.
 *
 * @example
 * const generator = new HypothesisGeneratorNode({ registry, model: languageModel({ model: openai("gpt-5") }) });
 */
export function languageModel(options: LanguageModelOptions): HypothesisModel {
  const { name = "languageModel", maxAttempts = 2 } = options;
  return {
    name,
    propose: async (request) => {
      const faults: string[] = [];
      while (faults.length < maxAttempts) {
        const answer = await ask(options, request, faults);
        if (answer.ok) return answer.proposals.slice(0, request.maxProposals);
        faults.push(answer.fault);
      }
      throw new SparkError(
        "unsupported",
        `The model ${name} gave no proposals in ${maxAttempts} attempts: ${faults.join("; ")}. ` +
          `Expected { "proposals": [...] } as its output schema says; use a model with structured output.`,
        { details: { faults } },
      );
    },
  };
}

type Answer =
  | { readonly ok: true; readonly proposals: readonly unknown[] }
  | { readonly ok: false; readonly fault: string };

async function ask(
  { model, maxRetries = 2, maxOutputTokens = 4000, guidance }: LanguageModelOptions,
  request: ProposalRequest,
  faults: readonly string[],
): Promise<Answer> {
  const correction = faults.map((fault) => `\n\nYour last answer could not be read: ${fault}`).at(-1) ?? "";
  try {
    const { output } = await generateText({
      model,
      maxRetries,
      maxOutputTokens,
      system: guidance === undefined ? instructions : `${instructions}\n\n${guidance}`,
      prompt: proposalPrompt(request) + correction,
      output: Output.object({ schema: answerSchema, name: "proposals" }),
      abortSignal: request.signal,
    });
    return { ok: true, proposals: output.proposals };
  } catch (error) {
    if (!NoObjectGeneratedError.isInstance(error)) throw error;
    return { ok: false, fault: error.message };
  }
}

/**
 * The model is shown what a proposal must look like; of its answer only the frame is asked for here. Each proposal
 * is checked on its own later, so that a bad one does not spoil the others.
 */
const frame = z.object({ proposals: z.array(z.unknown()) });
const answerSchema = jsonSchema<z.infer<typeof frame>>(
  () =>
    z.toJSONSchema(z.object({ proposals: z.array(HypothesisProposal) }), {
      target: "draft-7",
      io: "input",
      unrepresentable: "any",
    }) as never,
  {
    validate: (value) => {
      const parsed = frame.safeParse(value);
      return parsed.success ? { success: true, value: parsed.data } : { success: false, error: parsed.error };
    },
  },
);
