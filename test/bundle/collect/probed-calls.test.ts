import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { BundleContents } from '../../../src/bundle/tables/contents.js';
import { readLoneTracesInMemory } from '../../../src/bundle/capture/lone-trace.js';
import { ProbedCalls } from '../../../src/bundle/collect/probed-calls.js';
import { replayL1 } from '../../../src/bundle/replay-l1.js';
import { DECISION_COLUMNS } from '../../../src/sim/records/records.js';

/** Printed by a 6.1.192 on 8 CPUs, recorded by the script of `capture-script --kprobes`: the first part of it. */
const RECORDED = fileURLToPath(new URL('../../fixtures/kprobes/trace.txt', import.meta.url));

const SHOWN = ['cpu', 'pid', 'src_cpu', 'dst_cpu', 'idle', 'result'];

/** Rows of decisions in short, in the order of SHOWN; and what else is known of any of them. */
function callsOf({ tables }: BundleContents): { readonly calls: number[][]; readonly known: string[] } {
  const { rows, columns } = tables.decisions;
  const calls = Array.from({ length: rows }, (_, row) => SHOWN.map((name) => columns[name]![row]!));
  const others = DECISION_COLUMNS.map(({ name }) => name).filter((name) => !['ts', 'seq', ...SHOWN].includes(name));
  return { calls, known: others.filter((name) => Array.from({ length: rows }, (_, row) => columns[name]![row]).some((value) => value !== -1)) };
}

describe('calls that kprobes show', () => {
  it('are decisions with what the probes tell, in a trace as the kernel prints it', async () => {
    const contents = await readLoneTracesInMemory([RECORDED], { format: 'ftrace' });
    const { calls, known } = callsOf(contents);
    expect(calls).toEqual([
      // Of the first nobody knows whose it was; the second was moved.
      [3, -1, 2, 3, 2, 0],
      [3, 368, 2, 3, 2, 1],
      [6, 368, 3, 6, 2, 1],
      [1, 360, 7, 1, 2, 1],
    ]);
    expect(known).toEqual([]);
    expect(contents.manifest.notes.filter((note) => /not understood|there are no decisions/.test(note))).toEqual([]);
    expect(contents.manifest.notes).toContainEqual(expect.stringMatching(/^decisions are those of kprobes/));
    expect(replayL1(contents)).toMatchObject({ rows: 4, decidable: 0 });
    // Every yes is followed by its task's move.
    const text = readFileSync(RECORDED, 'utf8');
    expect(text.match(/can_migrate_task: .* ret=1$/gm)!.length).toBe(calls.filter(([, pid, , , , result]) => pid! > 0 && result === 1).length);
  });

  it('are put together on each CPU by itself, whatever the others do meanwhile', () => {
    const call = fc.record({ cpu: fc.nat(3), src: fc.nat(7), dst: fc.nat(7), task: fc.nat(5), yes: fc.boolean(), idle: fc.integer({ min: -1, max: 2 }) });
    fc.assert(
      fc.property(fc.array(call, { maxLength: 40 }), fc.array(fc.nat(3), { maxLength: 200 }), (list, turns) => {
        const rows: number[][] = [];
        const probes = new ProbedCalls((row, ts) => rows.push([row[0]!, row[1]!, row[5]!, row[6]!, row[8]!, row[18]!, ts]));
        // What each CPU does, step by step; the turns say which of them goes on.
        const steps = new Map<number, (() => void)[]>();
        list.forEach(({ cpu, src, dst, task, yes, idle }, at) => {
          const of = steps.get(cpu) ?? [];
          steps.set(cpu, of);
          if (idle >= 0) of.push(() => probes.balances(cpu, { dst: cpu, idle }));
          of.push(() => probes.called(cpu, at, { task: `0x${task}`, src, dst }));
          of.push(() => probes.answered(cpu, at, yes ? 1 : 0));
          if (yes) of.push(() => probes.migrated(cpu, 100 + task, src, dst));
          if (idle >= 0) of.push(() => probes.balanced(cpu));
        });
        for (const cpu of turns) steps.get(cpu)?.shift()?.();
        for (const of of steps.values()) of.forEach((step) => step());
        probes.finish();
        const expected = list.map(({ cpu, src, dst, yes, idle }, at) => [at, cpu, src, dst, idle, yes ? 1 : 0, at]);
        expect(rows.sort((a, b) => a[0]! - b[0]!)).toEqual(expected);
      }),
      { numRuns: 100 },
    );
  });

  it('know whose an address is from its first move to its end', () => {
    const pids: number[] = [];
    const probes = new ProbedCalls((row) => pids.push(row[2]!));
    const asked = (task: string, result: number, pid?: number): void => {
      probes.called(0, 1, { task, src: 1, dst: 0 });
      probes.answered(0, 2, result);
      if (pid !== undefined) probes.migrated(0, pid, 1, 0);
    };
    asked('0xa', 0);
    asked('0xa', 1, 7);
    asked('0xa', 0);
    asked('0xb', 0);
    probes.exited(7);
    asked('0xa', 0);
    asked('0xa', 1, 8);
    asked('0xa', 0);
    // Another task has the address though no exit was seen; and a move between other CPUs is another's.
    asked('0xa', 1, 9);
    asked('0xa', 0);
    probes.called(0, 1, { task: '0xc', src: 1, dst: 0 });
    probes.answered(0, 2, 1);
    probes.migrated(0, 5, 3, 0);
    // An answer of a call that was not seen, and a call whose answer was not.
    probes.answered(0, 3, 1);
    probes.migrated(0, 6, 2, 0);
    probes.called(0, 4, { task: '0xa', src: 1, dst: 0 });
    probes.finish();
    expect(pids).toEqual([-1, 7, 7, -1, -1, 8, 8, 9, 9, -1, 6, 9]);
  });
});
