import type { FlightList } from "./flight-list.ts";
import type { KnownPaths } from "./known-paths.ts";
import type { RunContext } from "./run-context.ts";
import type { GraphVersion } from "./version.ts";

/** What a live graph runs: a `Graph`, or a graph of another runtime behind an adapter. */
export interface Runnable<In = unknown, Out = unknown> {
  /** Positions of nodes in the trace, where the runtime writes one. */
  readonly nodeIds?: readonly string[];
  /** True where `run` tells the context's `landing` of its end, and need not be awaited. */
  readonly lands?: boolean;
  run(inputs: In, context: RunContext): Promise<Out> | Out;
}

/** A version that is built and ready to serve. */
export interface InstalledVersion<In = unknown, Out = unknown> {
  readonly version: GraphVersion;
  readonly runnable: Runnable<In, Out>;
  /** Runs under way on this version. */
  readonly flights: FlightList;
  /** The ways its runs have taken lately. */
  readonly paths: KnownPaths;
}
