import { z } from "zod";

const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, { error: 'expected a time like "09:30"' });

/**
 * Who or what opens a gate. A person can always promote or abort as well.
 *
 * - `person`: nobody is asked; the gate waits for `promote` or `abort`
 * - `function`: the function of that name among the controller's `gates`
 * - `webhook`: a POST to `url`; 2xx approves (unless its JSON says `approved: false`), 403 and 409 refuse,
 *   anything else is tried again
 * - `time_of_day`: opens by itself while the local time is in the window
 */
export const Approver = z.discriminatedUnion("by", [
  z.strictObject({ by: z.literal("person") }),
  z.strictObject({ by: z.literal("function"), name: z.string().min(1) }),
  z.strictObject({
    by: z.literal("webhook"),
    url: z.url({ protocol: /^https?$/ }),
    /** Seconds one attempt may take. @default 10 */
    timeoutSeconds: z.number().positive().default(10),
    /** Further attempts after the first, the pause doubling from one second. @default 3 */
    retries: z.int().min(0).max(20).default(3),
  }),
  z.strictObject({
    by: z.literal("time_of_day"),
    from: timeOfDay,
    to: timeOfDay,
    /** An IANA name such as `Europe/Vienna`. @default "UTC" */
    timeZone: z
      .string()
      .default("UTC")
      .refine(isTimeZone, { error: 'expected an IANA time zone like "Europe/Vienna"' }),
  }),
]);
export type Approver = z.infer<typeof Approver>;

function isTimeZone(timeZone: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone }).format();
    return true;
  } catch {
    return false;
  }
}
