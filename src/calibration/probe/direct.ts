import type { MachineProfile } from '../../sim/profile.js';
import type { FitRow } from '../types.js';
import type { Probe } from './schema.js';

/** Not a number of the profile, but of what the two medians were taken from. */
type Distribution = Probe['direct']['pingPongNs'];

/**
 * Costs of the profile that the probe's pipes tell, for machines of which there is no recording:
 *
 *     costs.wakeup          a write that wakes a sleeper on another CPU − a write that wakes nobody
 *     costs.context_switch  one way of a ping-pong on one CPU − write and read by one thread − the wake-up in it
 *
 * The wake-up in a ping-pong stays on its CPU and sends no interrupt; where no other CPU was measured, or the
 * interrupt makes it dearer than half of a way (as in a virtual machine, where sending one leaves the guest), it is not
 * told apart: then there is no row for `costs.wakeup`, and the switch holds both.
 */
export function fitDirect(probe: Probe, profile: MachineProfile): readonly FitRow[] {
  const { pipeSelfNs, pingPongNs, writePlainNs, across } = probe.direct;
  const way = pingPongNs.median - pipeSelfNs.median;
  const waking = across.find((one) => one.relation === 'llc') ?? across[0];
  const wakeup = waking === undefined ? null : waking.writeWakingNs.median - writePlainNs.median;
  const rows: FitRow[] = [];
  const apart = wakeup !== null && wakeup >= 0 && wakeup * 2 <= way;
  if (apart) {
    rows.push({
      ...row('wakeup', wakeup, spread(waking!.writeWakingNs, writePlainNs), profile),
      n: waking!.writeWakingNs.n,
      method: 'A write to a pipe that wakes a sleeper on another CPU, less one that wakes nobody.',
    });
  }
  const switching = way - (apart ? wakeup : 0);
  if (switching < 0) return rows;
  rows.push({
    ...row('context_switch', switching, spread(pingPongNs, pipeSelfNs), profile),
    n: pingPongNs.n,
    method: apart
      ? 'One way of a ping-pong through pipes on one CPU, less the system calls and the wake-up.'
      : 'One way of a ping-pong through pipes on one CPU, less the system calls; the wake-up is in it.',
  });
  return rows;
}

function row(
  cost: 'wakeup' | 'context_switch',
  ns: number,
  half: number,
  profile: MachineProfile,
): Omit<FitRow, 'n' | 'method'> {
  return {
    parameter: `costs.${cost}`,
    unit: 'ns',
    value: Math.round(ns),
    previous: profile.costs[cost],
    lo: Math.max(0, ns - half),
    hi: ns + half,
  };
}

/** Half the 95 % interval of a difference of two medians, from their quartiles. */
function spread(a: Distribution, b: Distribution): number {
  const variance = (d: Distribution): number => (((d.q3 - d.q1) / 1.349) * 1.2533) ** 2 / d.n;
  return 1.96 * Math.sqrt(variance(a) + variance(b));
}
