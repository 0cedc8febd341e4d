import { describe, expect, it } from 'vitest';
import { buildWorkload } from '../../../../src/experiment/build-workload.js';
import { resolveScenario } from '../../../../src/experiment/resolve.js';
import { runContents } from '../../../../src/experiment/run-bundle.js';
import { createPolicy } from '../../../../src/policies/registry.js';
import { wayOut } from '../../../../src/sim/paths/blocking.js';
import { simulate } from '../../../../src/sim/simulation.js';
import { checkWorkload } from '../../../../src/workloads/check.js';
import { extractWorkload } from '../../../../src/workloads/replay/extract.js';
import type { Workload } from '../../../../src/sim/programs/program.js';
import type { WorkloadBuilder } from '../../../../src/workloads/builder.js';
import type { Channel } from '../../../../src/workloads/channel.js';
import { Pipe, pipeOf } from '../../../../src/workloads/pipe.js';
import { Socket } from '../../../../src/workloads/socket.js';
import { US, workload } from '../../../support/scenarios.js';

const SIDE = 4;
const ROUNDS = 800;
const HOLDS = 120;
const GROUPS = 3;
const ALONE = 300;
/** Half of a message, ns: no message takes just a turn of the CPUs. */
const HALF = 430;

/** Sums of the semaphores' first counts, to a channel: a socket's room is in two of them, a quarter and the rest; a pipe's in pages. */
const KINDS = [
  { kind: 'sockets', open: (w: WorkloadBuilder): Channel => new Socket(w, HOLDS), counts: HOLDS, off: 0.3, seed: 13, slow: 1 },
  { kind: 'pipes', open: (w: WorkloadBuilder): Channel => new Pipe(w, pipeOf(HOLDS)), counts: 16, off: 0, seed: 1, slow: 1.5 },
];

/** Groups of writers that write to each of their readers in turn, a message in two halves. @param slow how much longer a reader takes */
function groups(open: (w: WorkloadBuilder) => Channel, slow: number) {
  return workload(8, (s, w) => {
    const p = w.program;
    const half = (): void => p.run(HALF);
    const children = Array.from({ length: GROUPS }, () => {
      const sockets = Array.from({ length: SIDE }, () => open(w));
      const readers = sockets.map((socket) => p.routine(() => socket.read(SIDE * ROUNDS, () => p.run(HALF * slow), () => undefined)));
      const writer = p.routine(() => p.loop(ROUNDS, () => sockets.forEach((socket) => socket.write(half))));
      return [...readers, ...sockets.map(() => writer)];
    }).flat();
    s.task('main', () => {
      for (const entry of children) p.fork(entry, w.template({ comm: 'peer', entry }));
      p.join();
    });
  }, { ends: 'exit' });
}

/** One writer and one reader that are each other's only partner: messages come in twos, and there is room for one. */
function pair(open: (w: WorkloadBuilder) => Channel) {
  return workload(8, (s, w) => {
    const p = w.program;
    const channel = open(w);
    const reader = p.routine(() => channel.read(2 * ALONE, () => p.run(US), () => undefined));
    const writer = p.routine(() => p.loop(ALONE, () => {
      channel.write(() => p.run(US / 2));
      p.run(20 * US);
      channel.write(() => p.run(US / 2));
    }));
    s.task('main', () => {
      for (const entry of [reader, writer]) p.fork(entry, w.template({ comm: 'peer', entry }));
      p.join();
    });
  }, { ends: 'exit' });
}

/** A run of them, what is taken out of it, and the replay of that. */
async function replay(own: Workload, seed: number, window: number | null = null) {
  const scenario = await resolveScenario('hackbench', { machine: 'pvt8c', durationSeconds: 5, params: {}, settings: [] });
  const policy = createPolicy('stock');
  const { profile } = scenario;
  const durationNs = window ?? scenario.durationNs;
  const recorded = simulate({ profile, workload: own, policy, seed, durationNs, record: true });
  const { costs } = profile;
  const { stats, notes, workload: found } = extractWorkload(runContents(scenario, own, policy, seed, recorded), {
    switchCostNs: costs.context_switch, scheduleCostNs: costs.schedule, dequeueCostNs: costs.dequeue, blockCostNs: wayOut(costs),
    wakeupCostNs: costs.wakeup, activateCostNs: costs.activate, forkCostNs: costs.fork, forkWakeCostNs: costs.fork_wake,
    traceEventNs: costs.trace_event, turnNs: costs.ipi_turn, searches: true, goesOn: window !== null,
  });
  checkWorkload(found, 8);
  const again = (times: number) => simulate({ profile, workload: found, policy, seed: 3, durationNs: times * durationNs });
  return { stats, notes, found, recorded, again, replayed: again(1) };
}

describe('channels that are recorded in the simulator', () => {
  it.each(KINDS)('are found where $kind fill up: what they hold, and how many messages go over them', async ({ open, counts, off, seed, slow }) => {
    // Under this seed the channels fill up; under most others readers and writers wake each other at every message.
    const { stats, notes, found, recorded, replayed } = await replay(groups(open, slow), seed);
    // A group whose channels were hardly ever full tells too little.
    expect(stats.channels).toBeGreaterThanOrEqual(SIDE);
    expect(stats.channels % SIDE).toBe(0);
    const room = found.semaphores.filter((count) => count > 0).reduce((a, b) => a + b) / stats.channels;
    expect(Math.abs(room / counts - 1)).toBeLessThanOrEqual(off);
    const sent = stats.channels * SIDE * ROUNDS;
    expect(stats.sent / sent).toBeGreaterThan(0.8);
    expect(stats.sent / sent).toBeLessThan(1.2);
    expect(notes.join(' ')).toContain(`messages went over ${stats.channels} pipes or sockets`);
    expect(replayed.finished).toBe(true);
    expect(replayed.simulatedNs / recorded.simulatedNs).toBeGreaterThan(0.6);
    expect(replayed.simulatedNs / recorded.simulatedNs).toBeLessThan(1.6);
  });

  it.each([[1, 1.5, 6], [1, 2, 5], [1, 3, 2], [0, 2, 7]] as const)('or not, the replay comes to its end: %i, %d, seed %i', async (kind, slow, seed) => {
    expect((await replay(groups(KINDS[kind]!.open, slow), seed)).replayed.finished).toBe(true);
  });

  it('have at least as many messages as have woken somebody', async () => {
    const { stats, recorded, replayed } = await replay(pair((w) => new Pipe(w, pipeOf(1))), 1);
    expect(stats.channels).toBe(1);
    expect(stats.sent).toBeGreaterThanOrEqual(ALONE);
    expect(Math.abs(replayed.metrics.context_switches! / recorded.metrics.context_switches! - 1)).toBeLessThan(0.5);
    expect(replayed.finished).toBe(true);
  });

  it('have messages for longer where the recording is a window, and nobody waits for one that never comes', async () => {
    const { open, slow, seed } = KINDS[1]!;
    const { stats, found, recorded, replayed, again } = await replay(groups(open, slow), seed, 3e6);
    expect(recorded.finished).toBe(false);
    expect(stats.channels).toBeGreaterThanOrEqual(SIDE);
    expect([found.ends, replayed.simulatedNs]).toEqual(['duration', 3e6]);
    const ratio = replayed.metrics.context_switches! / recorded.metrics.context_switches!;
    expect(ratio).toBeGreaterThan(0.5);
    expect(ratio).toBeLessThan(2);
    expect(again(3).metrics.throughput! / replayed.metrics.throughput!).toBeGreaterThan(0.8);
  });

  it('are none where tasks wait for each other, or hardly ever fill one', async () => {
    for (const [generator, params] of [['reqresp', {}], ['hackbench', { groups: '1', fds: '4', loops: '400' }]] as const) {
      const scenario = await resolveScenario(generator, { machine: 'pvt8c', durationSeconds: 0.03, params, settings: [] });
      const own = buildWorkload(scenario, 1);
      const policy = createPolicy('stock');
      const recorded = simulate({ profile: scenario.profile, workload: own, policy, seed: 1, durationNs: scenario.durationNs, record: true });
      const { stats } = extractWorkload(runContents(scenario, own, policy, 1, recorded));
      expect([stats.channels, stats.sent]).toEqual([0, 0]);
    }
  });
});
