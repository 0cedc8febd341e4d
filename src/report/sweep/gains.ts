import { quantity, significant, titleOf } from '../format.js';
import type { Gain, SweepFindings, SweepObjective } from './types.js';

/** A gain with its sign: percent of the baseline, or in the objective's unit. */
export function gainText({ scale, unit }: SweepObjective, gain: number | null): string {
  if (gain === null) return '–';
  const sign = gain > 0 ? '+' : gain < 0 ? '−' : '';
  if (scale === 'absolute') return `${sign}${quantity(Math.abs(gain), unit)}`;
  return `${sign}${Math.abs(gain).toFixed(2)}\u00a0%`;
}

/** `+1.2 % (95 % −0.3 % … +2.7 %)` */
export function gainWithInterval(objective: SweepObjective, { mean, lo, hi }: Gain): string {
  const ends = lo === null || hi === null ? '' : ` (95 % ${gainText(objective, lo)} … ${gainText(objective, hi)})`;
  return `${gainText(objective, mean)}${ends}`;
}

/** For axes: as short as it goes. */
export function gainTick({ scale, unit }: SweepObjective): (gain: number) => string {
  return (gain) => {
    const sign = gain > 0 ? '+' : gain < 0 ? '−' : '';
    if (gain === 0) return '0';
    return scale === 'absolute' ? `${sign}${quantity(Math.abs(gain), unit)}` : `${sign}${significant(Math.abs(gain))}\u00a0%`;
  };
}

/** What a gain is one of: `gain in Throughput`. */
export function gainName({ metric }: SweepObjective): string {
  return `gain in ${titleOf(metric).toLowerCase()}`;
}

export function candidateLabel({ candidates, baseline }: SweepFindings, id: number): string {
  return id === 0 ? baseline : (candidates.find((candidate) => candidate.id === id)?.label ?? `candidate ${id}`);
}
