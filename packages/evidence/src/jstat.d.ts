/** The part of jStat that `distributions.ts` uses; the library brings no types of its own. */
declare module "jstat" {
  const jstat: {
    readonly normal: {
      cdf(x: number, mean: number, deviation: number): number;
      inv(p: number, mean: number, deviation: number): number;
    };
    readonly studentt: {
      cdf(x: number, degreesOfFreedom: number): number;
      inv(p: number, degreesOfFreedom: number): number;
    };
  };
  // oxlint-disable-next-line import/no-default-export -- the shape of the library
  export default jstat;
}
