import { describe, test } from "vitest";
import { memoryStore } from "./memory-store.ts";
import { storeContract } from "./testing.ts";

storeContract({ name: "memoryStore", make: async () => memoryStore() }, { describe, test });
