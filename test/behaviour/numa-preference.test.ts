import { describe, expect, it } from 'vitest';
import { buildWorkload } from '../../src/experiment/build-workload.js';
import { checkScenario } from '../../src/experiment/schema/scenario.js';
import { loadMachine } from '../../src/experiment/schema/profile.js';
import { InputError } from '../../src/input/error.js';
import { Simulation } from '../../src/sim/simulation.js';

/** Hogs that may all prefer a node, twice as many as there are CPUs, on two nodes of four CPUs. */
function decisions(preferredNode: number | undefined): Record<string, ArrayLike<number>> & { rows: number } {
  const profile = loadMachine('pvt8numa');
  const spec = checkScenario(
    {
      name: 'numa',
      workload: { generator: 'oversub' },
      ...(preferredNode === undefined ? {} : { tasks: [{ match: '*', preferredNode }] }),
    },
    'test',
  );
  const source = { kind: 'generator' as const, generator: 'oversub', params: {} };
  const workload = buildWorkload({ name: 'numa', source: 'test', workload: source, groups: [], tasks: spec.tasks ?? [], profile }, 1);
  const run = new Simulation({ profile, workload, policy: null, seed: 1, durationNs: 600e6, record: true }).run();
  const { rows, columns } = run.tables!.decisions;
  return { ...columns, rows } as Record<string, ArrayLike<number>> & { rows: number };
}

/** Answers of the hot test to moves between the nodes, by source node. */
function hotBetweenNodes(table: ReturnType<typeof decisions>): { away: number[]; home: number[] } {
  const away: number[] = [];
  const home: number[] = [];
  for (let row = 0; row < table.rows; row++) {
    const from = table['src_cpu']![row]! < 4 ? 0 : 1;
    const to = table['dst_cpu']![row]! < 4 ? 0 : 1;
    if (from === to || table['reason']![row] !== 5) continue;
    (from === 0 ? away : home).push(table['hot']![row]!);
  }
  return { away, home };
}

describe('a preferred NUMA node (migrate_degrades_locality)', () => {
  it('makes every move away from it a hot one and every move to it a cold one', () => {
    const { away, home } = hotBetweenNodes(decisions(0));
    expect(away.length).toBeGreaterThan(0);
    expect(home.length).toBeGreaterThan(0);
    expect(new Set(away)).toEqual(new Set([1]));
    expect(new Set(home)).toEqual(new Set([0]));
  });

  it('is nobody’s unless it is given: then the time since a task ran decides', () => {
    const { away, home } = hotBetweenNodes(decisions(undefined));
    expect(new Set([...away, ...home])).toEqual(new Set([0, 1]));
  });

  it('must be a node of the machine', () => {
    expect(() => decisions(2)).toThrow(InputError);
    expect(() => decisions(2)).toThrow(/tasks\.preferredNode: expected a node of pvt8numa, 0…1, found 2/);
  });
});
