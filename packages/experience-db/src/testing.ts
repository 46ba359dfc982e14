export { changesInOrder, everythingIn, liveThrough, type Write } from "./testing/history.ts";
export { type DiskFault, type DiskOperation, SimulatedDisk } from "./testing/simulated-disk.ts";
export { storeContract, type StoreUnderTest, type TestFramework } from "./testing/store-contract.ts";
