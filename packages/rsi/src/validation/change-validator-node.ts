import type { NodeRegistry } from "@spark/graph";
import { ChangeApplicator } from "@spark/rsi-deploy";
import { ContractNode } from "../contract-node.ts";
import { caseOf, IncomingCase, ValidatedCase } from "../hypothesis-case.ts";
import { validateChange } from "./validate-change.ts";
import type { ValidationSubject } from "./validation-subject.ts";
import { ValidatorConfig, type ValidatorConfigInput } from "./validator-config.ts";

/**
 * Says whether a hypothesis may be tested, and how risky it is, by looking at what its changes make of the
 * graph. Nothing is run.
 *
 * @example
 * const validator = new ChangeValidatorNode({ registry });
 * const { validation } = await validator.run({ hypothesis, baselineSpec });
 */
export class ChangeValidatorNode extends ContractNode<typeof IncomingCase, typeof ValidatedCase> {
  readonly #registry: NodeRegistry | undefined;
  readonly #applicator: ChangeApplicator;
  readonly #config: ValidatorConfig;

  /** @param options.registry - Without it configs, effects and alternatives are not checked, and that is said. */
  constructor(
    options: {
      readonly registry?: NodeRegistry;
      readonly config?: ValidatorConfigInput;
      readonly name?: string;
    } = {},
  ) {
    super(options.name ?? "ChangeValidator", { input: IncomingCase, output: ValidatedCase });
    this.#registry = options.registry;
    this.#applicator = new ChangeApplicator(
      options.registry === undefined ? {} : { registry: options.registry },
    );
    this.#config = ValidatorConfig.parse(options.config ?? {});
  }

  protected override work(incoming: IncomingCase): ValidatedCase {
    const { hypothesis, baselineSpec } = incoming;
    const validation = validateChange({
      hypothesis,
      baseline: baselineSpec,
      applied: this.#apply(incoming),
      registry: this.#registry,
      config: this.#config,
    });
    return { ...caseOf(incoming), validation };
  }

  #apply({ hypothesis, baselineSpec }: IncomingCase): ValidationSubject["applied"] {
    const applied = this.#applicator.applyHypothesis({ baseline: baselineSpec, hypothesis });
    return applied.ok ? { ok: true, candidate: applied.candidate.spec, diff: applied.diff } : applied;
  }
}
