import { type NodeDefinition, defineNode } from "@spark/graph";
import { z } from "zod";
import { DecidedMail, Folder, type TriagedMail } from "../mail.ts";
import type { Mailbox } from "../mailbox.ts";

const DeliverConfig = z.strictObject({
  folder: Folder.meta({ description: "Where the mail goes." }),
  costPerMail: z
    .number()
    .min(0)
    .max(100)
    .default(0)
    .meta({ description: "What handling one mail in this folder costs, in euros of working time." }),
});

/** Puts mails into a folder: the one act on the world of this graph. */
export function deliverNode(mailbox: Mailbox): NodeDefinition {
  return defineNode({
    type: "Deliver",
    config: DeliverConfig,
    input: DecidedMail,
    effects: true,
    process: (mail, context, { folder, costPerMail }): TriagedMail => {
      mailbox.deliver(mail.mailId, folder);
      context.report({ cost: costPerMail });
      return { ...mail, folder };
    },
  });
}
