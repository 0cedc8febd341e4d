/**
 * Elementary functions from + − · / alone. What `Math.log` and its kin return may differ between engines in the last
 * bit; a workload and a trained model must be the same everywhere, so nothing here asks them.
 */

const LN2 = 0.6931471805599453;
const SQRT2 = 1.4142135623730951;

/**
 * Natural logarithm: x = m · 2^k with m in [√½, √2), ln x = k ln 2 + 2 atanh((m − 1) / (m + 1)).
 * @param x above 0 and finite
 */
export function ln(x: number): number {
  if (!(x > 0) || x === Infinity) throw new Error(`ln: ${x} is not a positive finite number`);
  let m = x;
  let k = 0;
  while (m >= SQRT2) {
    m /= 2;
    k++;
  }
  while (m < SQRT2 / 2) {
    m *= 2;
    k--;
  }
  const t = (m - 1) / (m + 1);
  const square = t * t;
  // |t| ≤ 0.172, so the 12th term is below 1e−18.
  let sum = 0;
  for (let n = 23; n >= 1; n -= 2) sum = sum * square + 1 / n;
  return k * LN2 + 2 * t * sum;
}

/**
 * e^x: x = k ln 2 + r with |r| ≤ ln 2 / 2, e^x = 2^k · e^r, the latter by its series.
 * @param x −700…700
 */
export function exp(x: number): number {
  if (!(x >= -700 && x <= 700)) throw new Error(`exp: ${x} is out of range`);
  const k = Math.round(x / LN2);
  const r = x - k * LN2;
  let sum = 1;
  for (let n = 18; n >= 1; n--) sum = 1 + (sum * r) / n;
  for (let i = 0; i < k; i++) sum *= 2;
  for (let i = 0; i > k; i--) sum /= 2;
  return sum;
}

/** Square root by Newton's iteration, from above, until it stops falling. */
export function root(x: number): number {
  if (!(x >= 0) || x === Infinity) throw new Error(`root: ${x} is not a finite number of 0 or more`);
  if (x === 0) return 0;
  let guess = x > 1 ? x : 1;
  for (;;) {
    const next = (guess + x / guess) / 2;
    if (next >= guess) return guess;
    guess = next;
  }
}

/** Numerator and denominator, highest power first, of the middle and of the tails (Wichura 1988, AS 241, PPND16). */
const MIDDLE_UP = [
  2509.0809287301226727, 33430.575583588128105, 67265.770927008700853, 45921.953931549871457, 13731.693765509461125,
  1971.5909503065514427, 133.14166789178437745, 3.387132872796366608,
];
const MIDDLE_DOWN = [
  5226.495278852854561, 28729.085735721942674, 39307.89580009271061, 21213.794301586595867, 5394.1960214247511077,
  687.1870074920579083, 42.313330701600911252, 1,
];
const TAIL_UP = [
  7.7454501427834140764e-4, 0.0227238449892691845833, 0.24178072517745061177, 1.27045825245236838258,
  3.64784832476320460504, 5.7694972214606914055, 4.6303378461565452959, 1.42343711074968357734,
];
const TAIL_DOWN = [
  1.05075007164441684324e-9, 5.475938084995344946e-4, 0.0151986665636164571966, 0.14810397642748007459,
  0.68976733498510000455, 1.6763848301838038494, 2.05319162663775882187, 1,
];

/**
 * The value below which a standard normal variable lies with probability p.
 * @param p 2e−11…1 − 2e−11
 */
export function normalQuantile(p: number): number {
  if (!(p >= 2e-11 && p <= 1 - 2e-11)) throw new Error(`normalQuantile: ${p} is out of range`);
  const q = p - 0.5;
  if (q >= -0.425 && q <= 0.425) {
    const r = 0.180625 - q * q;
    return (q * horner(MIDDLE_UP, r)) / horner(MIDDLE_DOWN, r);
  }
  const r = root(-ln(q < 0 ? p : 1 - p)) - 1.6;
  const value = horner(TAIL_UP, r) / horner(TAIL_DOWN, r);
  return q < 0 ? -value : value;
}

function horner(coefficients: readonly number[], x: number): number {
  let sum = 0;
  for (const coefficient of coefficients) sum = sum * x + coefficient;
  return sum;
}
