import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { readCapture } from '../../../src/bundle/capture/capture.js';
import { Simulation } from '../../../src/sim/simulation.js';
import { Op, type Workload } from '../../../src/sim/programs/program.js';
import { EVENT_KINDS } from '../../../src/sim/records/records.js';
import type { RunResult } from '../../../src/sim/run-types.js';
import { extractWithLog } from '../../../src/workloads/replay/extract.js';
import { exportRtApp, type RtAppExport } from '../../../src/workloads/rtapp/export.js';
import { stretchesOf } from '../../../src/workloads/rtapp/export-phases.js';
import { Step, type Steps } from '../../../src/workloads/rtapp/export-steps.js';
import { parseRtApp } from '../../../src/workloads/rtapp/index.js';
import { machine } from '../../support/scenarios.js';

const CAPTURES = fileURLToPath(new URL('../../../calibration/captures/', import.meta.url));
const full = readdirSync(CAPTURES).filter((name) => ['rtapp', 'spin9', 'threadpool-c8-mc5'].includes(name));
const CPUS = 8;

function simulate(workload: Workload): RunResult {
  const profile = machine('pvt8');
  return new Simulation({ profile, workload, policy: null, seed: 1, durationNs: 60e9, record: true }).run();
}

function cpuTime(tasks: RunResult['tasks']): number {
  return tasks.reduce((sum, { runNs }) => sum + runNs, 0);
}

const WAKEUP = EVENT_KINDS.indexOf('wakeup');

/** Wake-ups, without those of the machine's own stoppers, which no task of a workload is. */
function wakeups({ tables, tasks }: RunResult): number {
  const { kind, pid } = tables!.events.columns;
  const pids = new Set(tasks.map((task) => task.pid));
  let count = 0;
  for (let row = 0; row < tables!.events.rows; row++) if (kind![row] === WAKEUP && pids.has(pid![row]!)) count++;
  return count;
}

describe.each(full)('the rt-app file of %s', (name) => {
  let file: RtAppExport;
  let text: string;
  let original: Workload;
  let stats: ReturnType<typeof extractWithLog>['extraction']['stats'];

  beforeAll(async () => {
    const contents = await readCapture(join(CAPTURES, name));
    ({ workload: original, stats } = extractWithLog(contents, {}, true).extraction);
    file = exportRtApp(contents);
    text = [...file.chunks()].join('');
  });

  it('is strict JSON with what rt-app 1.0 knows, and no key twice', () => {
    const json = JSON.parse(text) as { global: object; tasks: Record<string, { phases: Record<string, object> }> };
    expect(Object.keys(json)).toEqual(['global', 'tasks']);
    const tasks = Object.entries(json.tasks);
    expect(tasks.length).toBe(file.tasks);
    const barriers = new Map<unknown, number>();
    for (const [comm, { phases, ...rest }] of tasks) {
      expect(comm).toMatch(/^[A-Za-z0-9_.-]{1,15}$/);
      for (const key of Object.keys(rest)) expect(['loop', 'policy', 'priority', 'cpus', 'taskgroup']).toContain(key);
      for (const phase of Object.values(phases)) {
        for (const [key, value] of Object.entries(phase)) {
          expect(key).toMatch(/^(loop|cpus|priority|taskgroup|(run|sleep|barrier)\d+)$/);
          if (key.startsWith('barrier')) barriers.set(value, (barriers.get(value) ?? 0) + 1);
        }
      }
    }
    expect(barriers.size).toBe(file.barriers);
    expect([...barriers.values()].every((uses) => uses === 2)).toBe(true);
  });

  it('is as small as it may be', () => {
    expect(text.length).toBeLessThan(20 * original.program.code.length + 200 * file.tasks);
  });

  it('says what it does not hold', () => {
    const { early, meetings, births, execs } = file.losses;
    expect(early).toBe(stats.earlyWakes);
    expect(meetings).toBe(stats.wakesByTask - stats.earlyWakes);
    expect(births).toBe(stats.tasks - stats.initialTasks);
    const said = [[early, 'before their task had blocked'], [births, 'forks are'], [execs, 'execs are']] as const;
    for (const [count, what] of said) {
      const text = count > 0 ? `${count} ` : 'nothing';
      expect([what, file.notes.some((note) => note.startsWith(text) && note.includes(what))]).toEqual([what, count > 0]);
    }
  });

  it('is the same workload when our own reader reads it and the simulator runs it', () => {
    const { workload } = parseRtApp(text, 'export.json', CPUS);
    const before = simulate(original);
    const after = simulate(workload);
    expect(after.finished).toBe(true);
    expect(after.tasks.length).toBe(before.tasks.length + 1);
    expect(after.tasks.length).toBe(file.tasks + 1);
    // To 1 %: less than a µs of each task is lost, and each CPU charges what its kernel does.
    const threads = after.tasks.filter(({ comm }) => comm !== 'rt-app');
    expect(threads.length).toBe(file.tasks);
    expect(Math.abs(cpuTime(threads) / cpuTime(before.tasks) - 1)).toBeLessThan(0.01);
    // A meeting wakes one of the two, whoever came first; a sleep wakes once; births, and the start of all threads, come on
    // top. Kernel threads of the machine's own (stoppers) and retries make up for the 2 %.
    const sleeps = original.program.code.filter((code) => code === Op.SLEEP).length;
    const expected = sleeps + file.losses.meetings + file.losses.births + file.tasks;
    expect(Math.abs(wakeups(after) / expected - 1)).toBeLessThan(0.02);
    const recorded = stats.wakesByTask - stats.earlyWakes + sleeps;
    expect(expected - recorded).toBeLessThanOrEqual(2 * file.tasks);
  });
});

describe('phases', () => {
  const step = fc.record({ kind: fc.constantFrom(Step.RUN, Step.SLEEP, Step.MEET, Step.NICE), value: fc.nat(2) });

  /** The steps that the phases stand for; meetings are made unlike each other. */
  function unroll(steps: Steps): number[][] {
    const out: number[][] = [];
    for (const { from, to, loop } of stretchesOf(steps)) {
      for (let round = 0; round < loop; round++) {
        for (let at = from; at < to; at++) out.push([steps.kind[at]!, steps.value[at]!]);
      }
    }
    return out;
  }

  it('are the steps again, whatever repeats', () => {
    const block = fc.tuple(fc.array(step, { minLength: 1, maxLength: 6 }), fc.integer({ min: 1, max: 30 }));
    fc.assert(
      fc.property(fc.array(block, { maxLength: 6 }), (blocks) => {
        const list = blocks.flatMap(([part, times]) => Array.from({ length: times }, () => part).flat());
        const steps = {
          kind: list.map(({ kind }) => kind),
          value: list.map(({ kind, value }, i) => (kind === Step.MEET ? 1000 + i : value)),
        };
        expect(unroll(steps)).toEqual(steps.kind.map((kind, i) => [kind, steps.value[i]]));
        for (const { from, to, loop } of stretchesOf(steps)) {
          expect(to).toBeGreaterThan(from);
          const kinds = steps.kind.slice(from, to);
          if (kinds.some((kind) => kind >= Step.NICE)) expect([to - from, loop]).toEqual([1, 1]);
          if (loop > 1) expect(kinds).not.toContain(Step.MEET);
        }
      }),
    );
  });

  it('make one loop of what repeats itself a million times', () => {
    expect([...stretchesOf(stepsOf(1_000_000))]).toEqual([{ from: 0, to: 2, loop: 1_000_000 }]);
  });

  it('look at each step a bounded number of times, however long the loop', () => {
    const { kind, value } = stepsOf(20_000);
    let reads = 0;
    // 64 periods, two steps compared in each.
    const most = 64 * 2 * kind.length;
    const get = (list: number[], at: string | symbol): unknown => {
      if (at !== 'length' && ++reads > most) throw new Error(`a step is read more than ${most / kind.length} times`);
      return Reflect.get(list, at);
    };
    expect([...stretchesOf({ kind: new Proxy(kind, { get }), value })]).toEqual([{ from: 0, to: 2, loop: 20_000 }]);
    expect(reads).toBeGreaterThan(kind.length);
  });

  it('hold at most 500 events where nothing repeats', () => {
    const steps = { kind: new Array<number>(1200).fill(Step.RUN), value: Array.from({ length: 1200 }, (_, i) => i * i) };
    expect([...stretchesOf(steps)].map(({ from, to }) => to - from)).toEqual([500, 500, 200]);
  });
});

/** A run and a sleep, so many times. */
function stepsOf(rounds: number): { kind: number[]; value: number[] } {
  const kind: number[] = [];
  const value: number[] = [];
  for (let i = 0; i < rounds; i++) {
    kind.push(Step.RUN, Step.SLEEP);
    value.push(300, 700);
  }
  return { kind, value };
}
