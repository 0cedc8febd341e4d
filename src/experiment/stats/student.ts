/**
 * Quantiles of Student's t, computed with + − × ÷ and √ alone: these are exact to the last bit on every machine (IEEE
 * 754), which Math.atan, Math.exp and their like are not. So an interval is the same text wherever it is computed.
 *
 * With θ = atan(t/√ν), the mass A(t|ν) between −t and t is (Abramowitz & Stegun 26.7.3 and 26.7.4)
 *
 *   ν odd:   2/π · (θ + sinθ · (cosθ + 2/3 cos³θ + (2·4)/(3·5) cos⁵θ + … up to cos^(ν−2)))     (ν = 1: 2θ/π)
 *   ν even:  sinθ · (1 + 1/2 cos²θ + (1·3)/(2·4) cos⁴θ + … up to cos^(ν−2))
 */
export function studentMass(t: number, df: number): number {
  const x = t / Math.sqrt(df);
  const cos2 = 1 / (1 + x * x);
  const cos = Math.sqrt(cos2);
  const sin = x * cos;
  const odd = df % 2 === 1;
  let term = odd ? cos : 1;
  let sum = 0;
  for (let power = odd ? 1 : 0; power <= df - 2; power += 2) {
    sum += term;
    term *= ((power + 1) / (power + 2)) * cos2;
  }
  return odd ? (2 / PI) * (arcTangent(x) + sin * sum) : sin * sum;
}

/**
 * The t with which mean ± t · standard error covers `level` of the mass.
 *
 * @param df degrees of freedom, an integer ≥ 1; above 1000 the value at 1000 is returned, which is larger by less than
 * 0.003 than the normal quantile
 * @param level 0 < level < 1, 0.95 for a 95 % interval
 */
export function studentQuantile(df: number, level: number): number {
  const nu = Math.min(df, 1000);
  let low = 0;
  let high = 2;
  while (studentMass(high, nu) < level) high *= 2;
  for (let step = 0; step < 100; step++) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) break;
    if (studentMass(middle, nu) < level) low = middle;
    else high = middle;
  }
  return high;
}

const PI = 3.141592653589793;

/** atan(x), x ≥ 0: the argument is halved until the series converges quickly. */
function arcTangent(x: number): number {
  let y = x;
  let factor = 1;
  while (y > 0.05) {
    y = y / (1 + Math.sqrt(1 + y * y));
    factor *= 2;
  }
  const square = y * y;
  let power = y;
  let sum = 0;
  for (let n = 1; n < 20; n += 2) {
    sum += power / n;
    power *= -square;
  }
  return factor * sum;
}
