import type { DeploymentResult } from "./deployment-result.ts";

/** A deployment that has ended, and what was asked for. */
export interface EndedDeployment {
  readonly request: unknown;
  readonly result: DeploymentResult;
}

/** Remembers the last deployments of one controller; older ones are in the log. */
export class DeploymentHistory {
  readonly #capacity: number;
  readonly #ended = new Map<string, EndedDeployment>();

  constructor(capacity = 50) {
    this.#capacity = capacity;
  }

  add(ended: EndedDeployment): void {
    this.#ended.set(ended.result.deploymentId, ended);
    const [oldest] = this.#ended.keys();
    if (this.#ended.size > this.#capacity && oldest !== undefined) this.#ended.delete(oldest);
  }

  find(deploymentId: string): EndedDeployment | undefined {
    return this.#ended.get(deploymentId);
  }

  /** The deployment that brought a version into service last. */
  deployerOf(versionId: string): DeploymentResult | undefined {
    return [...this.#ended.values()]
      .map(({ result }) => result)
      .findLast((result) => result.status === "completed" && result.versionId === versionId);
  }

  /** Newest first. */
  get results(): readonly DeploymentResult[] {
    return [...this.#ended.values()].map(({ result }) => result).reverse();
  }
}
