/** The gate of newly-idle balancing. */
import { nohz_newidle_balance } from '../../sim/kernel/balance/nohz.js';
import { NEWIDLE_NO_DOMAIN, NEWIDLE_NO_OVERLOAD, NEWIDLE_RAN, NEWIDLE_SHORT_IDLE, NEWIDLE_TTWU_PENDING } from '../../sim/kernel/balance/newidle.js';
import { update_blocked_averages } from '../../sim/kernel/fair/blocked.js';
import { NIL } from '../../sim/kernel/state/table.js';
import { firstMet, NEAR_CHANGE_NS, nearLoads } from '../agreement/causes.js';
import { afterNewidle } from '../world/periodic.js';
import { machineText } from '../world/show.js';
import type { World } from '../world/world.js';

/** From the clock read that begins it to the gate. */
const GATE_NS = 500;
/** From a change of rd->overload to the record that shows it, at most, ns. */
const NEAR_FLAG_NS = 5000;
/** From a wake-up's being sent to the moment at which others see it on its way, ns. */
const SEEN_NS = 290;

type Columns = Readonly<Record<string, ArrayLike<number>>>;

/**
 * What the model's own state says of the newly-idle balance that begins on `cpu`. What the balances of a domain cost is
 * measured time, which only the recording knows.
 * @param row of the newly-idle balance's record, or −1
 * @param since when the kernel read its clock for it, ns
 */
export function expectGate(w: World, cpu: number, row: number, since: number): void {
  const { k } = w;
  if (row >= 0) settleCosts(w, cpu, row);
  const sd = k.rq.sd[cpu]!;
  w.modelIdle[cpu] = k.rq.avg_idle[cpu]!;
  w.modelOverload[cpu] = k.g.overload[0]!;
  w.expectedGate[cpu] =
    k.rq.ttwu_pending[cpu] !== 0 && w.arrivedAt[cpu]! + SEEN_NS <= since + GATE_NS
      ? NEWIDLE_TTWU_PENDING
      : sd === NIL
        ? NEWIDLE_NO_DOMAIN
        : k.g.overload[0] === 0
          ? NEWIDLE_NO_OVERLOAD
          : k.rq.avg_idle[cpu]! < k.sd.max_newidle_lb_cost[sd]!
            ? NEWIDLE_SHORT_IDLE
            : NEWIDLE_RAN;
  // The record is made at the end, but what it shows of these was read at the beginning.
  if (row < 0) return;
  const c = w.contents.instrument.newidles!.columns;
  k.rq.avg_idle[cpu] = c['avg_idle']![row]!;
  k.g.overload[0] = c['overload']![row] !== 0 ? 1 : 0;
}

function settleCosts(w: World, cpu: number, row: number): void {
  const c = w.contents.instrument.newidles!.columns;
  const sd = w.k.rq.sd[cpu]!;
  if (sd !== NIL) w.k.sd.max_newidle_lb_cost[sd] = c['cost0']![row]!;
}

/** The newly-idle balance has let go of the queue and ages its averages. */
export function onBlocked(w: World, ts: number, cpu: number): void {
  if (w.idleSince[cpu]! < 0) return;
  w.at(ts, cpu, 0);
  update_blocked_averages(w.k, cpu);
}

/** cfslab_newidle. */
export function onNewidle(w: World, c: Columns, row: number): void {
  const { k } = w;
  const at = (name: string): number => c[name]![row]!;
  const [ts, cpu] = [at('ts'), at('cpu')];
  w.at(ts, cpu, 0);
  if (w.expectedGate[cpu] === -1) expectGate(w, cpu, row, ts);
  const expected = w.expectedGate[cpu]!;
  w.expectedGate[cpu] = -1;
  // The flag is read again for the record; a record of gate 5 with time enough was gate 4.
  const gate = at('gate') === NEWIDLE_SHORT_IDLE && at('avg_idle') >= at('cost0') ? NEWIDLE_NO_OVERLOAD : at('gate');
  w.features.compare('avg_idle', at('avg_idle'), w.modelIdle[cpu]!, 1000);
  w.tally.judge('newidle_gate', ts, cpu, gate, expected, () => [
    `kernel: avg_idle ${at('avg_idle')}, cost0 ${at('cost0')}, overload ${at('overload')}`,
    `model: avg_idle ${w.modelIdle[cpu]}`,
    ...machineText(w),
  ], () => {
    const otherFlag = (at('overload') !== 0) !== (w.modelOverload[cpu] !== 0);
    const recent = Math.abs(ts - w.overloadAt) < NEAR_FLAG_NS;
    return firstMet([
      ['rd->overload is the other way, and changed within 5 µs', otherFlag && recent],
      ['a wake-up was sent to the CPU within 3 µs of the gate',
        (gate === NEWIDLE_TTWU_PENDING || expected === NEWIDLE_TTWU_PENDING) && Math.abs(ts - w.arrivedAt[cpu]!) < NEAR_CHANGE_NS],
      ['avg_idle is within 5 % of the cost that it is held against', nearLoads(w.modelIdle[cpu]!, at('cost0'))],
    ]);
  });
  if (at('cost') > k.rq.max_idle_balance_cost[cpu]!) k.rq.max_idle_balance_cost[cpu] = at('cost');
  afterNewidle(w, cpu, gate, at('ndom'));
  if (at('pulled') !== 0) k.rq.idle_stamp[cpu] = 0;
  else if (gate !== NEWIDLE_TTWU_PENDING) nohz_newidle_balance(k, cpu);
}
