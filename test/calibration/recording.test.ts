import { describe, expect, it } from 'vitest';
import { distinctRecordings, holdOut, machineOf, recordingOf, type Recording } from '../../src/calibration/recording.js';
import { samenessText } from '../../src/calibration/sameness.js';
import { loadMachine } from '../../src/experiment/schema/profile.js';
import { InputError } from '../../src/input/error.js';
import { simulated } from './support/simulated.js';

const contents = await Promise.all([1, 2, 3, 4].map((seed) => simulated('hogs', 'pvt8c', 0.02, seed)));
const recordings = contents.map((content, i) => recordingOf(`runs/${'abcd'[i]}`, content, false));
const [first, second] = recordings as [Recording, Recording];
const pvt8c = loadMachine('pvt8c');

describe('recordings', () => {
  it('are known by their hashes, and of one workload whatever the seed', () => {
    expect(new Set(recordings.map(({ input }) => input.hash)).size).toBe(4);
    expect(first.input.hash).toMatch(/^[0-9a-f]{64}$/);
    expect(recordingOf('elsewhere', contents[0]!, true).input.hash).toBe(first.input.hash);
    expect(new Set(recordings.map(({ sameness }) => samenessText(sameness))).size).toBe(1);
    const { manifest } = contents[0]!;
    const knob = { ...contents[0]!, manifest: { ...manifest, sysctl: { ...manifest.sysctl, nr_migrate: 8 } } };
    expect(samenessText(recordingOf('x', knob, false).sameness)).not.toBe(samenessText(first.sameness));
    const more = { ...contents[0]!, instrument: { ...contents[0]!.instrument, runtimes: { rows: 1, columns: {} } } };
    expect(recordingOf('x', more, false).sameness).toMatchObject({ recorded: ['runtime', 'switch'], workload: manifest.workload });
    const { sysctl, features } = first.sameness;
    const shuffled = { ...first.sameness, sysctl: Object.fromEntries(Object.entries(sysctl).reverse()), features: [...features].reverse() };
    expect(samenessText(shuffled)).toBe(samenessText(first.sameness));
  });

  it('count once', () => {
    expect(() => distinctRecordings([first, second, { ...first, directory: 'other/a' }])).toThrow(
      'other/a: expected each recording once, found the same as in runs/a',
    );
    expect(() => distinctRecordings([first, first])).toThrow(/found it twice/);
  });

  it('of one name get the folder that they stand in', () => {
    const [a, b, c] = distinctRecordings([
      recordingOf('/x/one/trace', contents[0]!, false),
      recordingOf('/x/two/trace', contents[1]!, false),
      second.name === 'b' ? { ...recordings[2]! } : second,
    ]);
    expect([a!.name, b!.name, c!.name]).toEqual(['one/trace', 'two/trace', 'c']);
    expect(a!.input.name).toBe('one/trace');
  });

  it('are held out by their hashes, whatever their order', () => {
    const out = (list: readonly Recording[], share: number): string[] =>
      holdOut(list, share).filter(({ input }) => input.holdout).map(({ name }) => name).sort((a, b) => (a < b ? -1 : 1));
    expect(out(recordings, 0.5)).toHaveLength(2);
    expect(out([...recordings].reverse(), 0.5)).toEqual(out(recordings, 0.5));
    expect(out(recordings, 0.01)).toHaveLength(1);
    expect(out(recordings, 0.99)).toHaveLength(3);
    expect(() => holdOut([first], 0.5)).toThrow(InputError);
  });
});

describe('the machine of a recording', () => {
  it('has the base’s costs and the recording’s knobs', () => {
    const base = { ...pvt8c, costs: { ...pvt8c.costs, wakeup: 777 }, sysctl: { ...pvt8c.sysctl, migration_cost_ns: 1 } };
    const machine = machineOf(first, base);
    expect(machine.costs.wakeup).toBe(777);
    expect(machine.sysctl.migration_cost_ns).toBe(500_000);
  });

  it('has the recording’s topology where that is another', async () => {
    const other = recordingOf('runs/smt', await simulated('hogs', 'pvt8', 0.02, 1), false);
    const machine = machineOf(other, { ...pvt8c, costs: { ...pvt8c.costs, wakeup: 777 } });
    expect(machine.name).toBe('pvt8');
    expect(machine.topology).toEqual(loadMachine('pvt8').topology);
    expect(machine.costs.wakeup).toBe(777);
  });

  it('is refused where nothing is like it', () => {
    const odd = { ...contents[0]!, manifest: { ...contents[0]!.manifest, topology: 'mine', cpus: 12 } };
    expect(() => machineOf(recordingOf('runs/odd', odd, false), pvt8c)).toThrow(
      'runs/odd: machine: expected a machine of 12 CPUs, as in the recording (--machine), found pvt8c with 8',
    );
  });
});
