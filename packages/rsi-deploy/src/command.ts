/** What a person, a program or a signal asks of a deployment under way. */
export type Command =
  | {
      readonly type: "promote";
      /** The stage alone, or everything that is left. */
      readonly scope: "stage" | "all";
      /** The stage the asker saw; another one is not promoted. */
      readonly expectedStage?: number;
      readonly by: string;
      readonly reason?: string;
    }
  | { readonly type: "pause" | "resume" | "abort"; readonly by: string; readonly reason?: string };

/** What came of asking. Asking for something that does not apply is no error. */
export type CommandResult = { readonly ok: true } | { readonly ok: false; readonly reason: string };
