import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { diffSchedstat, parseSchedstat } from '../../../src/bundle/capture/schedstat.js';
import { TextFile } from '../../../src/bundle/capture/text-lines.js';
import { CaptureCopy } from '../capture-fixture.js';

let capture: CaptureCopy;
beforeEach(() => void (capture = new CaptureCopy('threadpool-c8-mc5')));
afterEach(() => capture.remove());

const parse = (name: string) => parseSchedstat(new TextFile(capture.dir, name));

describe('parseSchedstat', () => {
  it('reads every number of a CPU and a domain', () => {
    const { jiffies, counters, spans } = parse('schedstat.after');
    expect(jiffies).toBe(4_294_892_919);
    expect(counters.size).toBe(8 * (8 + 36));
    const cpu0 = [...counters].filter(([name]) => name.startsWith('cpu0.') && !name.includes('domain')).map(([, value]) =>
      value);
    expect(cpu0).toEqual([0, 3032, 497, 2529, 2505, 1_087_866_803, 957_157_297, 2865]);
    const domain = [...counters].filter(([name]) => name.startsWith('cpu0.domain0.')).map(([, value]) => value);
    expect(domain.join(' ')).toBe('17 5 12 70 0 0 0 5 3 2 1 260 0 0 0 2 256 1 248 284 7 6 0 1 0 0 0 0 0 0 0 0 0 24 0 0');
    expect(counters.get('cpu0.domain0.newly_idle.lb_hot_gained')).toBe(6);
    expect(counters.get('cpu0.domain0.ttwu_wake_remote')).toBe(24);
    expect(spans.get('cpu0.domain0')).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  it('differences and their sums over CPUs and domains', () => {
    const difference = diffSchedstat(parse('schedstat.before'), parse('schedstat.after'), () => 'MC');
    expect(difference['cpu0.ttwu_count']).toBe(2529 - 3);
    expect(difference['ttwu_count']).toBe(19_993);
    // What the capture's own events count: 71 forced moves, all while newly idle.
    expect(difference['MC.newly_idle.lb_hot_gained']).toBe(71);
    expect(diffSchedstat(parse('schedstat.before'), parse('schedstat.after'), () =>
      undefined)['MC.newly_idle.lb_hot_gained']).toBeUndefined();
  });

  it.each([
    [/version 15/, 'version 16', 'line 1: expected `version 15`'],
    [/timestamp/, 'time', 'line 2: expected `timestamp N`'],
    [/cpu0 0 0/, 'cpu0 0', 'line 3: expected 9 numbers'],
    [/domain0 ff 17/, 'domain0 ff x', 'line 4: expected non-negative integers'],
    [/domain0 ff 17/, 'domain0 ff', 'line 4: expected 36 numbers'],
    [/domain0 ff 17/, 'domain0 zz 17', 'line 4: expected a mask'],
    [/cpu1 /, 'cpu0 ', 'line 5: expected each CPU once'],
    [/cpu1 /, 'spu1 ', 'line 5: expected a line of a CPU or a domain'],
    [/cpu0 .*\n/, '', 'line 3: expected a `cpuN` line before'],
  ])('refuses %s changed to %j', (from, to, message) => {
    capture.write('schedstat.after', capture.read('schedstat.after').replace(from, to));
    expect(() => parse('schedstat.after')).toThrow(message);
  });
});
