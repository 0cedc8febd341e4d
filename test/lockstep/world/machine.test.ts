import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { readCapture } from '../../../src/bundle/capture/capture.js';
import type { BundleContents, Manifest } from '../../../src/bundle/tables/contents.js';
import { InputError } from '../../../src/input/error.js';
import { lockstep } from '../../../src/lockstep/lockstep.js';
import { lockstepMachine } from '../../../src/lockstep/world/machine.js';
import { CAPTURES } from '../../bundle/capture-fixture.js';

const DIRECTORY = join(CAPTURES, 'threadpool-c8-mc5');
let contents: BundleContents;
beforeAll(async () => {
  contents = await readCapture(DIRECTORY);
});
const changed = (manifest: Partial<Manifest>): BundleContents => ({ ...contents, manifest: { ...contents.manifest, ...manifest } });

describe('the machine of a recording', () => {
  it('is the shipped one like it, with the recorded knobs', () => {
    const machine = lockstepMachine(DIRECTORY, contents, undefined, []);
    expect([machine.name, machine.sysctl.migration_cost_ns, machine.hz]).toEqual(['pvt8c', 5_000_000, 250]);
  });

  it('may be named, and still has the knobs that the recording states', () => {
    const machine = lockstepMachine(DIRECTORY, contents, 'pvt8', []);
    expect([machine.name, machine.sysctl.migration_cost_ns]).toEqual(['pvt8', 5_000_000]);
  });

  it('needs none of them where it is named', () => {
    const machine = lockstepMachine('a.txt', changed({ sysctl: {}, hz: 0, features: [], topology: 'unknown' }), 'pvt8', []);
    expect([machine.sysctl.migration_cost_ns, machine.hz]).toEqual([500_000, 250]);
  });

  it('is refused where it has no ticks and the recording does not tell how many in a second', () => {
    expect(() => lockstepMachine('x', changed({ hz: 0 }), undefined, [])).toThrow(new InputError('x', 'hz', 'one of 100, 250, 300, 1000', '0'));
  });

  it('gives the ticks of a recording that does not tell how many there are in a second', () => {
    const untold = changed({ hz: 0 });
    const reports = [untold, contents].map((recorded) => lockstep(recorded, lockstepMachine('x', recorded, 'pvt8c', [])));
    expect(reports[0]!.decisions).toEqual(reports[1]!.decisions);
    expect(reports[0]!.features).toEqual(reports[1]!.features);
  });

  it('has what the user sets, before all else', () => {
    const settings = [{ path: 'sysctl.migration_cost_ns', value: 7, source: '--set' }];
    for (const name of [undefined, 'pvt8']) {
      expect(lockstepMachine(DIRECTORY, contents, name, settings).sysctl.migration_cost_ns).toBe(7);
    }
  });

  it('is refused where there is none like it, or none so large', () => {
    const unknown = Object.fromEntries(
      Object.entries({ ...contents.manifest, topology: 'mine' }).filter(([name]) => name !== 'topologyFile'),
    ) as unknown as Manifest;
    expect(() => lockstepMachine('x', { ...contents, manifest: unknown }, undefined, [])).toThrow(/machine: expected .*--machine/);
    expect(() => lockstepMachine(DIRECTORY, contents, 'flat4', [])).toThrow(/expected one of 8 CPUs.*found flat4 with 4/);
    // A trace on its own tells of the CPUs that did something.
    expect(lockstepMachine('x', changed({ cpus: 3 }), 'flat4', []).name).toBe('flat4');
  });
});
