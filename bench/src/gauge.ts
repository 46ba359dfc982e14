/** Reads a time that only grows, in microseconds. */
export type Gauge = () => number;

/** CPU time of this process, all threads: for work that computes. What other processes do hardly disturbs it. */
export const cpuTime: Gauge = () => {
  const { user, system } = process.cpuUsage();
  return user + system;
};

/** Time on the wall: for work that waits for a disk. */
export const wallTime: Gauge = () => Number(process.hrtime.bigint()) / 1000;
