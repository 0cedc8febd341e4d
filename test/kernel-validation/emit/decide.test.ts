import fc from 'fast-check';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { namedPolicy } from '../../../src/kernel-validation/page/named-page.js';
import { writePage } from '../../../src/kernel-validation/page/index.js';
import { policyStats, type PolicyCounts } from '../../../src/kernel-validation/push/kernel-text.js';
import { createPolicy } from '../../../src/policies/registry.js';
import { PolicyEvent } from '../../../src/sim/policy/policy.js';
import { GCC_IS_LACKING } from '../../support/compiled-programs.js';
import { askedContext, hookCall } from '../../support/hook-calls.js';
import { callText, compileHook, runHook, stockOf, type HookCall } from '../../support/kernel-hook.js';

let folder: string;
let hook = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cfslab-hook-'));
  if (!GCC_IS_LACKING) hook = compileHook(folder, ['-O1', '-fsanitize=undefined,address', '-fno-sanitize-recover=all']);
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** When the mode is set, by the kernel's clock. */
const BEGAN = 5_000_000;
// A run is a process: none is shrunk.
const hex = (page: Uint8Array): string => Buffer.from(page).toString('hex');

/** The commands that push a policy. */
function pushes(policy: string): string[] {
  const { page, standby } = namedPolicy(policy, 'test');
  return [page, ...(standby === null ? [] : [standby])].map((one) => `push ${hex(writePage(one))}`);
}

/** A call, ns since the one before it, and the CPU that makes it. */
interface Step {
  readonly call: HookCall;
  readonly after: number;
  readonly cpu: number;
}
const step: fc.Arbitrary<Step> = fc.record({ call: hookCall, after: fc.integer({ min: 0, max: 400_000 }), cpu: fc.nat(3) });

/** Moments of the steps since the policy began. */
function moments(steps: readonly Step[]): number[] {
  let now = 0;
  return steps.map(({ after }) => (now += after));
}

function stepText({ call, cpu }: Step, now: number): string[] {
  return [`clock ${BEGAN + now}`, `cpu ${cpu}`, callText(call)];
}

/** What the simulator's policy answers, call by call, and what it tells of itself. */
function simulated(text: string, steps: readonly Step[]): { readonly answers: number[]; readonly told: unknown[] } {
  const policy = createPolicy(text);
  const state = new Float64Array(policy.stateDoubles?.(4) ?? 0);
  const told: unknown[] = [];
  const at = moments(steps);
  const answers = steps.map(({ call }, i) => Number(policy.mayMigrate(askedContext(call, at[i]!, state, (event) => told.push(event)))));
  return { answers, told };
}

/** What the kernel's C answers in a mode. */
function decided(text: string, mode: string, steps: readonly Step[], isAloud: boolean): { readonly answers: number[]; readonly events: string[] } {
  const at = moments(steps);
  const lines = runHook(hook, [...pushes(text), `clock ${BEGAN}`, `mode ${mode}`, `event ${isAloud ? 1 : 0}`, ...steps.flatMap((one, i) => stepText(one, at[i]!))]);
  return {
    answers: lines.filter((line) => line.startsWith('answer')).map((line) => Number(line.slice(7))),
    events: lines.filter((line) => line.startsWith('event')),
  };
}

const early = fc
  .record({ attempts: fc.nat(4), lookahead: fc.constantFrom(0, 1, 2, 5, 100), minDeltaNs: fc.constantFrom(0, 100_000, 1_000_000) })
  .map(({ attempts, lookahead, minDeltaNs }) => `early-migration:attempts=${attempts === 4 ? 100 : attempts},lookahead=${lookahead},minDeltaNs=${minDeltaNs}`);
const NAMES = { 'neural-early': 'early', 'neural-forced': 'forced', 'neural-imitate': 'imitate' } as const;
const neural = fc
  .record({
    name: fc.constantFrom(...(Object.keys(NAMES) as (keyof typeof NAMES)[])),
    threshold: fc.constantFrom(-1, 100, 500, 900),
    refractoryNs: fc.constantFrom(0, 50_000, 1_000_000),
    driftFloor: fc.constantFrom(0, 400, 700, 1000),
    driftWindow: fc.constantFrom(64, 100, 512),
    swapAtNs: fc.constantFrom(null, 0, 1_000_000, 30_000_000),
  })
  .map(({ name, threshold, refractoryNs, driftFloor, driftWindow, swapAtNs }) => {
    const rest = name === 'neural-early' ? `,refractoryNs=${refractoryNs}` : '';
    const next = swapAtNs === null ? '' : `,standby=${NAMES[name]},swapAtNs=${swapAtNs}`;
    return `${name}:threshold=${threshold},driftFloor=${driftFloor},driftWindow=${driftWindow}${rest}${next}`;
  });

/** One that rests after each early move, and one that is relieved in mid-run and falls for its drift: tried every time. */
const GUARDED = [
  'neural-early:threshold=100,driftFloor=0,driftWindow=64,refractoryNs=1000000',
  'neural-forced:threshold=500,driftFloor=1000,driftWindow=64,standby=forced,swapAtNs=1000000',
];

describe('the hook (compiled where there is gcc)', () => {
  it('answers as the simulator’s policies do, call after call, with all of their parameters', () => {
    if (GCC_IS_LACKING) return;
    const seen = { yes: 0, no: 0, told: new Set<unknown>(), by: new Set<string>() };
    const steps = fc.array(step, { minLength: 150, maxLength: 300 });
    fc.assert(
      fc.property(fc.oneof(early, { arbitrary: neural, weight: 2 }), steps, fc.boolean(), (policy, list, isAloud) => {
        const { answers, told } = simulated(policy, list);
        const { answers: ours, events } = decided(policy, 'decide', list, isAloud);
        expect(ours).toEqual(answers);
        expect(events.length).toBe(isAloud ? list.length : 0);
        seen.yes += answers.filter((answer, i) => answer === 1 && stockOf(list[i]!.call) === 0).length;
        seen.no += answers.filter((answer) => answer === 0).length;
        told.forEach((event) => seen.told.add(event));
        events.forEach((event) => seen.by.add(/ by=(\d)/.exec(event)![1]!));
      }),
      { numRuns: 40, seed: 1, endOnFailure: true, examples: GUARDED.map((policy) => [policy, fc.sample(steps, { seed: 1, numRuns: 1 })[0]!, true]) },
    );
    expect(Math.min(seen.yes, seen.no)).toBeGreaterThan(300);
    expect(seen.told).toEqual(new Set([PolicyEvent.SWAP, PolicyEvent.FALLBACK]));
    expect(seen.by).toEqual(new Set(['0', '1', '2']));
  }, 60_000);

  it('in shadow gives stock’s answer and knows its own; off, it gives stock’s and tells nothing', () => {
    if (GCC_IS_LACKING) return;
    fc.assert(
      fc.property(fc.oneof(early, neural), fc.array(step, { minLength: 40, maxLength: 80 }), (policy, list) => {
        const stock = list.map(({ call }) => stockOf(call));
        const shadow = decided(policy, 'shadow', list, true);
        expect(shadow.answers).toEqual(stock);
        const own = shadow.events.map((event) => / policy=(\d) result=(\d)/.exec(event)!.slice(1).map(Number));
        expect(own).toEqual(simulated(policy, list).answers.map((answer, i) => [answer, stock[i]]));
        expect(decided(policy, 'off', list, true)).toEqual({ answers: stock, events: [] });
      }),
      { numRuns: 12, endOnFailure: true },
    );
  }, 60_000);

  it('counts every call by what came of it, on the CPU that made it', () => {
    if (GCC_IS_LACKING) return;
    // A model asked at every call; one whose word is not always needed; and a rule that forces and never holds back.
    const policies = ['neural-imitate', 'neural-early:threshold=300', 'early-migration:attempts=1', 'cold-only', 'neural-forced'];
    fc.assert(
      fc.property(fc.constantFrom(...policies), fc.array(step, { minLength: 60, maxLength: 120 }), fc.constantFrom('decide', 'shadow'), (policy, list, mode) => {
        const at = moments(list);
        const calls = list.flatMap((one, i) => [`cycles ${3 + (i % 50) ** 2}`, ...stepText(one, at[i]!)]);
        const lines = runHook(hook, [...pushes(policy), `clock ${BEGAN}`, `mode ${mode}`, ...calls, 'read stats', 'reset 1', 'read stats', 'mode off', ...calls, 'read stats']);
        const text = lines.filter((line) => !/^(wrote|answer|event)/.test(line)).join('\n').split('\nend');
        const { answers } = simulated(policy, list);
        const stats = policyStats(text[0]!)!;
        const { mode: found, generation, memoryBytes, cpus, ...counts } = stats;
        expect([found, generation]).toEqual([mode, 1]);
        expect(memoryBytes).toBeGreaterThan(8192);
        expect(counts).toEqual(expectedCounts(policy, list, answers, () => true));
        for (let cpu = 0; cpu < 4; cpu++) expect(cpus[cpu]).toEqual(expectedCounts(policy, list, answers, (one) => one.cpu === cpu));
        // After the reset nothing is left, and a kernel whose policy is off counts nothing.
        const none = expectedCounts(policy, list, answers, () => false);
        for (const later of text.slice(1, 3)) expect(policyStats(later)).toMatchObject({ ...none, cpus: { 0: none, 1: none, 2: none, 3: none } });
      }),
      { numRuns: 12, endOnFailure: true },
    );
  }, 60_000);

  it('lets a policy begin anew when it is switched on, and the next one where it is pushed', () => {
    if (GCC_IS_LACKING) return;
    const base = { pid: 1, src: 0, dst: 1, tries: 1, idle: 2, loop: 1, ran: 450_000, srcNr: 4, dstNr: 0, util: 300, queue: [] };
    const hot = callText({ ...base, failed: 1, hot: 1 });
    const policy = 'neural-early:threshold=0,refractoryNs=1000000';
    const answers = (commands: readonly string[]): number[] =>
      runHook(hook, commands).filter((line) => line.startsWith('answer')).map((line) => Number(line.slice(7)));
    const on = [...pushes(policy), 'mode decide', 'clock 100', hot, 'clock 200', hot];
    expect(answers([...on, 'mode off', 'mode decide', hot])).toEqual([1, 0, 1]);
    // From shadow to decide it goes on.
    expect(answers([...on, 'mode shadow', 'mode decide', hot])).toEqual([1, 0, 0]);
    expect(answers([...on, ...pushes(policy), hot, hot])).toEqual([1, 0, 1, 0]);
    expect(answers([...on, 'clock 1000100', hot])).toEqual([1, 0, 1]);
  });

  it('takes what stands by where a network of its task is active, and lets it be pushed over', () => {
    if (GCC_IS_LACKING) return;
    const [first, second] = pushes('neural-early:standby=early,swapAtNs=1000,driftFloor=500') as [string, string];
    const wrote = (commands: readonly string[]): number[] =>
      runHook(hook, commands).filter((line) => line.startsWith('wrote')).map((line) => Number(line.slice(6)));
    const [ENODATA, EPERM, EINVAL] = [-61, -1, -22];
    const length = (command: string): number => (command.length - 'push '.length) / 2;
    const rule = pushes('always')[0]!;
    expect(wrote(['mode shadow', second, rule, second, first, second, second, first])).toEqual([
      ENODATA, ENODATA, length(rule), ENODATA, length(first), length(second), length(second), length(first),
    ]);
    expect(wrote(['root 0', first, 'mode off', 'reset 1', 'root 1', first, 'mode decide_', 'mode decided'])).toEqual([EPERM, EPERM, EPERM, length(first), EINVAL, EINVAL]);
    const call = callText({ pid: 1, src: 0, dst: 1, tries: 1, idle: 2, loop: 1, ran: 450_000, srcNr: 4, dstNr: 0, util: 300, queue: [], failed: 1, hot: 1 });
    const generations = (commands: readonly string[]): string[] =>
      runHook(hook, commands).filter((line) => line.startsWith('generation')).map((line) => line.slice(11));
    const start = [first, second, 'clock 1', 'mode decide'];
    expect(generations([...start, 'clock 1000', call, 'read active', 'clock 1001', call, 'read active'])).toEqual(['1', '2']);
    // Who was pushed over does not come back.
    expect(generations([...start, first, 'clock 9000', call, 'read active'])).toEqual(['3']);
    expect(runHook(hook, [...start, 'read active'])).toContain('swap_at_ns 1000');
  });
});

/** The counts that calls come to. @param of which of them */
function expectedCounts(policy: string, list: readonly Step[], answers: readonly number[], of: (one: Step) => boolean): PolicyCounts {
  const [name] = policy.split(':') as [string];
  /** Whether the role's answer hangs on what is said. */
  const isOpen = (call: HookCall): boolean =>
    name === 'neural-imitate' || (name === 'neural-forced' ? call.hot === 1 : name !== 'cold-only' && stockOf(call) === 0);
  const rows = list.map((one, i) => ({ one, policy: answers[i] === 1, stock: stockOf(one.call) === 1, cycles: 3 + (i % 50) ** 2 })).filter(({ one }) => of(one));
  const count = (which: (row: (typeof rows)[number]) => boolean): number => rows.filter(which).length;
  const cyclesLog2 = new Array<number>(33).fill(0);
  for (const { cycles } of rows) cyclesLog2[32 - Math.clz32(cycles | 1)]! += 1;
  return {
    calls: rows.length,
    asked: count(({ one }) => isOpen(one.call)),
    spared: count(({ one }) => !isOpen(one.call)),
    disagreements: count((row) => row.policy !== row.stock),
    early: count((row) => row.policy && !row.stock),
    withheld: count((row) => !row.policy && row.stock),
    forced: count((row) => row.policy && row.one.call.hot === 1),
    stockForced: count((row) => row.stock && row.one.call.hot === 1),
    cycles: rows.reduce((sum, { cycles }) => sum + cycles, 0),
    cyclesLog2,
  };
}
