export { FileStore, type FileStoreOptions } from "./file-store.ts";
export { type RecoveryReport } from "./recovery.ts";
export { type TornTail } from "./journal-replay.ts";
export { type Verification } from "./verify.ts";
export { type Damage } from "./storage-error.ts";
export { type FileSystem, nodeFileSystem, type OpenFile } from "./file-system.ts";
export { type ProcessIdentity, type ProcessTable, systemProcesses } from "./process-identity.ts";
export { type FileFormat, type FormatUpgrade, type FormatUpgrades } from "./file-format.ts";
