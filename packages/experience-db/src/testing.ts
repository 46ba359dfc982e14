export { changesInOrder, everythingIn, liveThrough } from "./testing/history.ts";
export { storeContract, type StoreUnderTest, type TestFramework } from "./testing/store-contract.ts";
