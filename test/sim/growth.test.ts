import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import type { RunOptions } from '../../src/sim/run-types.js';
import { Simulation } from '../../src/sim/simulation.js';
import { buildGenerator } from '../../src/workloads/registry.js';
import { withPolicy } from '../support/cases.js';
import { machine, MS, optionsOf } from '../support/scenarios.js';

setFlagsFromString('--expose-gc');
const gc = runInNewContext('gc') as () => void;

/** Bytes in 500,000 events: 1 byte an event would be 500,000. */
const BOUND = 150_000;

function heapBytes(): number {
  for (let i = 0; i < 4; i++) gc();
  const { heapUsed, external, arrayBuffers } = process.memoryUsage();
  return heapUsed + external + arrayBuffers;
}

/**
 * Bytes by which the heap grows over `events` events, after half as many to warm up: the least of up to three times, for the compiler
 * and the collector come and go, and what is kept per event comes every time. Once is enough where it is below `bound`.
 */
function growth(options: RunOptions, events: number, bound: number): number {
  const sim = new Simulation(options);
  const { machine: m } = sim;
  const advance = (n: number): void => {
    for (let i = 0; i < n; i++) m.step();
  };
  advance(events / 2);
  let grown = Infinity;
  for (let time = 0; time < 3 && grown >= bound; time++) {
    const before = heapBytes();
    advance(events);
    grown = Math.min(grown, heapBytes() - before);
  }
  // The simulation must be alive at the last measurement.
  expect(sim.now).toBeGreaterThan(0);
  return grown;
}

describe('memory', () => {
  // Nothing is allocated per event. 10^7 events of a larger run: npm run bench:memory.
  it('does not grow over a million events', () => {
    const profile = machine('pvt8', { sysctl: { migration_cost_ns: 5 * MS }, smtSpeed: 640, tickSkewNs: 7_000 });
    for (const name of ['oversub', 'groups']) {
      const workload = buildGenerator(name, {}, { cpus: 8, seed: 1 }, 'test');
      const options = withPolicy(optionsOf({ profile, workload, durationNs: 1e15 }), 'early-migration');
      expect(growth(options, 500_000, BOUND)).toBeLessThan(BOUND);
    }
  });

  it('the measurement sees what is kept of a part of the events', () => {
    const kept: object[] = [];
    const workload = buildGenerator('oversub', {}, { cpus: 8, seed: 1 }, 'test');
    const options = optionsOf({ profile: 'pvt8', workload, durationNs: 1e15, policy: 'stock' });
    const policy = { ...options.policy!, mayMigrate: (context: object): boolean => kept.push({ context, of: [context, context, context, context] }) > 0 };
    expect(growth({ ...options, policy }, 500_000, BOUND)).toBeGreaterThan(BOUND);
  });

  it('256 CPUs with 10,000 tasks run within 512 MiB', () => {
    const child = fileURLToPath(new URL('../support/rss-child.ts', import.meta.url));
    const args = ['--import', 'tsx', child, '150000'];
    const { stdout, stderr, status } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(status).toBe(0);
    const seen = JSON.parse(stdout) as Record<'cpus' | 'events' | 'alive' | 'born' | 'peakRssBytes', number>;
    expect(seen.cpus).toBe(256);
    expect(seen.born).toBeGreaterThanOrEqual(10_000);
    expect(seen.events).toBeGreaterThanOrEqual(150_000);
    expect(seen.peakRssBytes).toBeLessThan(512 * 2 ** 20);
  });
});
