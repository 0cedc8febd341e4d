/**
 * Kendall's τ_b of pairs of differences: how far two rankings of the same things agree. Each pair of things gives (dx, dy), the
 * differences of what the first and the second ranking are made by.
 *
 *     concordant C: dx and dy have the same sign          tied in x: dx = 0, of which there are T_x
 *     discordant D: they have opposite signs              tied in y: dy = 0, of which there are T_y
 *
 *     τ_b = (C − D) / √((n − T_x) · (n − T_y))            n pairs in all
 *
 * 1 where the rankings are the same, −1 where one is the other reversed; a tie in one ranking that the other has not takes from
 * the denominator less than from the numerator, so that |τ_b| stays below 1. null where a ranking consists of ties alone: it
 * has then no order that another could have.
 */
export function tauB(pairs: ReadonlyArray<readonly [dx: number, dy: number]>): number | null {
  let [agreement, untiedX, untiedY] = [0, 0, 0];
  for (const [dx, dy] of pairs) {
    agreement += Math.sign(dx) * Math.sign(dy);
    if (dx !== 0) untiedX += 1;
    if (dy !== 0) untiedY += 1;
  }
  return untiedX === 0 || untiedY === 0 ? null : agreement / Math.sqrt(untiedX * untiedY);
}

/** The same of two rankings of the same things, by what they are ranked by. */
export function kendallTau(x: readonly number[], y: readonly number[]): number | null {
  return tauB(x.flatMap((_, i) => x.slice(0, i).map((_, j) => [x[i]! - x[j]!, y[i]! - y[j]!] as const)));
}
