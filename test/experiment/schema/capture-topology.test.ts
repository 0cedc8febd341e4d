import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCaptureDebugfs } from '../../support/capture-debugfs.js';
import { parseCaptureTopology } from '../../../src/experiment/schema/capture-topology.js';
import { packageRoot } from '../../../src/input/package-root.js';
import { InputError } from '../../../src/input/error.js';
import { build_topology } from '../../../src/sim/kernel/topology/build.js';
import { dumpDomains } from '../../../src/sim/kernel/topology/dump.js';

const SHIPPED = join(packageRoot(), 'calibration', 'captures', 'topologies');
const SHARED = join(packageRoot(), '..', 'shared', 'captures');

/** The captures that are here: those of the repository, and all others where they lie beside it. */
function captures(): Array<[string, string]> {
  const found = readdirSync(SHIPPED).map((name): [string, string] => [name, join(SHIPPED, name)]);
  if (!existsSync(SHARED)) return found;
  for (const name of readdirSync(SHARED)) {
    if (existsSync(join(SHARED, name, 'sched_debugfs'))) found.push([name, join(SHARED, name)]);
  }
  return found;
}

describe('the domain tree of a capture is built from its topology', () => {
  it('has the three captured machines at hand', () => {
    expect(readdirSync(SHIPPED).sort((a, b) => (a < b ? -1 : 1))).toEqual(['pvt8', 'pvt8c', 'pvt8numa']);
  });

  it.each(captures())('%s', (_, folder) => {
    const file = join(folder, 'topology');
    const built = build_topology(parseCaptureTopology(readFileSync(file, 'utf8'), file));
    const captured = parseCaptureDebugfs(readFileSync(join(folder, 'sched_debugfs'), 'utf8'), 'sched_debugfs');
    const depth = new Array<number>(built.cpus).fill(0);
    const ours = dumpDomains(built).map(({ level: _level, span: _span, ...rest }) => ({ ...rest, index: depth[rest.cpu]!++ }));
    const theirs = captured.domains.map(({ maxNewidleLbCost: _cost, ...fields }) => fields);
    expect(theirs.length).toBeGreaterThan(0);
    expect(ours).toEqual(theirs);
  });
});

describe('levels as the captures record them in sd->level', () => {
  it.each([
    ['pvt8', [['SMT', 0], ['MC', 2]]],
    ['pvt8c', [['MC', 2]]],
    ['pvt8numa', [['SMT', 0], ['MC', 2], ['NUMA', 5]]],
  ])('%s', (name, levels) => {
    const text = readFileSync(join(SHIPPED, name, 'topology'), 'utf8');
    const domains = dumpDomains(build_topology(parseCaptureTopology(text, name)));
    expect(domains.filter((sd) => sd.cpu === 0).map((sd) => [sd.name, sd.level])).toEqual(levels);
  });
});

const NUMA = readFileSync(join(SHIPPED, 'pvt8numa', 'topology'), 'utf8');

describe('parseCaptureTopology', () => {
  it('reads cores, packages, nodes, caches and distances', () => {
    const description = parseCaptureTopology(NUMA, 'topology');
    expect(description.distance).toEqual([[10, 21], [21, 10]]);
    expect(description.cpus[0]).toEqual({ core: 0, package: 0, node: 0, llc: 0 });
    expect(description.cpus[7]).toEqual({ core: 1, package: 1, node: 1, llc: 4 });
  });

  it('reads a capacity where there is one, and takes siblings for the cache where there is no L3', () => {
    const text = [0, 1].map((cpu) => `cpu${cpu} core=0 pkg=0 sib=0-1 corecpus=0-1 L3= capacity=512\n`).join('');
    expect(parseCaptureTopology(text, 'topology')).toEqual({
      cpus: new Array(2).fill({ core: 0, package: 0, node: 0, llc: 0, capacity: 512 }),
      distance: [[10]],
    });
  });

  it('splits a cache that reaches over nodes', () => {
    const text = NUMA.replaceAll(/L3=\S+/g, 'L3=0-7');
    expect(parseCaptureTopology(text, 'topology')).toEqual(parseCaptureTopology(NUMA, 'topology'));
  });

  it('reads lines in any order, as a shell lists cpu10 before cpu2', () => {
    const text = NUMA.trim().split('\n').reverse().join('\n');
    expect(parseCaptureTopology(text, 'topology')).toEqual(parseCaptureTopology(NUMA, 'topology'));
  });

  it.each([
    ['nothing', '', 'topology: expected a line for each CPU, found none'],
    ['another line', `${NUMA}what\n`, 'topology: line 11: expected /sys/devices/system/node/nodeN cpus= dist=, found what'],
    ['a CPU left out', NUMA.replace(/^cpu2.*\n/m, ''), 'topology: expected cpu0 to cpu6, found no cpu2'],
    ['a node left out', NUMA.replace(/^.*node0.*\n/m, ''), 'topology: expected node0 to node0, found no node0'],
    ['a CPU twice', `${NUMA}${NUMA.split('\n')[0]}`, 'topology: line 11: expected each CPU once, found cpu0 once more'],
    ['a node twice', `${NUMA}${NUMA.split('\n')[8]}`, 'topology: line 11: expected each node once, found node0 once more'],
    ['a field left out', NUMA.replace(' pkg=0', ''), /^topology: line 1: expected cpuN core= pkg= /],
    [
      'a bad list',
      NUMA.replace('sib=2-3', 'sib=3-2'),
      'topology: line 3, sib: expected ascending CPUs below 1024, found 3-2',
    ],
    [
      'a list without the CPU',
      NUMA.replace('L3=0-3', 'L3=1-3'),
      'topology: line 1, L3: expected a list with cpu0 in it, found 1-3',
    ],
    [
      'wrong siblings',
      NUMA.replace('sib=2-3', 'sib=2'),
      'topology: line 3, sib: expected 2,3, the CPUs of its core, found 2',
    ],
    [
      'a wrong package',
      NUMA.replace('corecpus=0-3', 'corecpus=0-4'),
      /line 1, corecpus: expected 0,1,2,3, the CPUs of its package/,
    ],
    [
      'a cache that others do not know',
      NUMA.replace('L3=0-3', 'L3=0-4'),
      /line 1, L3: expected the list of cpu1, found 0,1,2,3,4/,
    ],
    [
      'a CPU on two nodes',
      NUMA.replace('1 cpus=4-7', '1 cpus=3-7'),
      /line 10, cpus: expected each CPU on one node, found cpu3 once/,
    ],
    [
      'a CPU on no node',
      NUMA.replace('1 cpus=4-7', '1 cpus=4-6'),
      /line 8: expected a CPU of one of the nodes, found cpu7 of none/,
    ],
    ['a CPU that is not there', NUMA.replace('1 cpus=4-7', '1 cpus=4-8'), /line 10, cpus: expected CPUs up to 7, found 8/],
    ['a distance out of range', NUMA.replaceAll('21', '256'), /line 9, dist: expected distances of 10…255, found 256/],
    [
      'one-way distances',
      NUMA.replace('dist=21 10', 'dist=20 10'),
      /distance\.0\.1: expected the distance back, 20, found 21/,
    ],
    [
      'a row too short',
      NUMA.replace('dist=10 21', 'dist=10'),
      /distance\.0: expected 2 distances, as there are rows, found 1/,
    ],
    ['a capacity of 0', NUMA.replace('capacity=', 'capacity=0'), /line 1, capacity: expected 1…1024 or nothing, found 0/],
  ])('refuses %s', (_, text, message) => {
    expect(() => parseCaptureTopology(text, 'topology')).toThrow(InputError);
    expect(() => parseCaptureTopology(text, 'topology')).toThrow(message);
  });

  it('reads or refuses any damaged file', () => {
    fc.assert(
      fc.property(fc.nat(NUMA.length), fc.nat(40), fc.string({ maxLength: 8 }), (at, cut, put) => {
        const damaged = NUMA.slice(0, at) + put + NUMA.slice(at + cut);
        onlyInputErrors(() => build_topology(parseCaptureTopology(damaged, 'topology')));
      }),
      { numRuns: 2000 },
    );
  });
});

/** Runs what may throw an InputError, and nothing else. */
function onlyInputErrors(run: () => unknown): void {
  try {
    run();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
  }
}
