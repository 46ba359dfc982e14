import { describe, expect, test } from "vitest";
import { attribution } from "./attribution.ts";
import { requiredLogEvidence } from "./required-evidence.ts";
import { bernoulli, seededRandom } from "./testing.ts";
import { verdict } from "./verdict.ts";

const harm = attribution({ ratio: 2 });
const safe = attribution({ ratio: 2, alternative: "below" });
const judge = (candidateFailures: number, baselineFailures: number) => {
  const stages = [{ share: 0.5, candidateFailures, baselineFailures }];
  const evidence = { logHarm: harm.logEvidence(stages), logSafe: safe.logEvidence(stages) };
  return verdict({ ...evidence, harmRisk: 0.05, safeRisk: 0.05 });
};

describe("verdict", () => {
  test("tells harm, shown safety, and neither yet", () => {
    expect(judge(60, 8)).toBe("harm");
    expect(judge(30, 60)).toBe("safe");
    expect(judge(0, 0)).toBe("inconclusive");
    expect(judge(4, 3)).toBe("inconclusive");
  });

  test("declares a candidate at the tolerated ratio safe no more often than the risk", () => {
    const random = seededRandom(20_260_119);
    let declared = 0;
    for (let repetition = 0; repetition < 1000; repetition++) {
      const stage = { share: 0.5, candidateFailures: 0, baselineFailures: 0 };
      for (let failure = 0; failure < 600; failure++) {
        if (bernoulli(random, 2 / 3)) stage.candidateFailures++;
        else stage.baselineFailures++;
        if (safe.logEvidence([stage]) < requiredLogEvidence(0.05)) continue;
        declared++;
        break;
      }
    }
    expect(declared / 1000).toBeLessThan(0.05 + 3 * Math.sqrt((0.05 * 0.95) / 1000));
  });

  test("refuses a risk of 0", () => {
    expect(() => verdict({ logHarm: 0, logSafe: 0, harmRisk: 0, safeRisk: 0.05 })).toThrow("risk");
  });
});
