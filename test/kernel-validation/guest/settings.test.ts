import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PLAIN_RUN, runArchive, runConf, runFiles, type Mode, type RunSettings } from '../../../src/kernel-validation/guest/settings.js';

const MODES: readonly Mode[] = ['off', 'shadow', 'decide'];
const RUN: RunSettings = { ...PLAIN_RUN, workload: 'hackbench' };

/** What a shell takes a variable for. */
function inShell(conf: string, name: string): string {
  return spawnSync('sh', ['-c', `${conf}\nprintf %s "$${name}"`], { encoding: 'utf8' }).stdout;
}

describe('the settings of a run', () => {
  it('come to the guest as they are, whatever characters they have', () => {
    const conf = runConf({ ...RUN, params: { transport: `a'b "c" $d \`e\``, nices: [0, -5], groups: 3 }, migrationCostNs: 5_000_000 });
    expect(inShell(conf, 'P_transport')).toBe(`a'b "c" $d \`e\``);
    expect(inShell(conf, 'P_nices')).toBe('0 -5');
    expect(inShell(conf, 'P_groups')).toBe('3');
    expect(inShell(conf, 'MIGRATION_COST_NS')).toBe('5000000');
    expect(inShell(runConf(RUN), 'MIGRATION_COST_NS')).toBe('');
    expect(inShell(conf, 'EVENTS').split(' ')).toContain('cfslab_can_migrate');
  });

  it('are as long in every mode: user space does the same in each', () => {
    const files = MODES.map((mode) => runFiles({ ...RUN, mode }));
    expect(files.map((one) => Buffer.from(one.get('mode')!).toString())).toEqual(['off   ', 'shadow', 'decide']);
    // A shell takes longer over some characters than over others.
    expect(new Set(files.map((one) => Buffer.from(one.get('run.conf')!).toString())).size).toBe(1);
  });

  it('are an archive of a size that tells neither mode nor model apart', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 4096 }), fc.constantFrom(...MODES), (size, mode) => {
      expect(runArchive({ ...RUN, mode, page: Buffer.alloc(size, 1) }).length).toBe(runArchive(RUN).length);
    }), { numRuns: 30 });
    fc.assert(fc.property(fc.integer({ min: 0, max: 300_000 }), (size) => {
      const archive = runArchive({ ...RUN, rtapp: 'x'.repeat(size) });
      expect(archive.length % 65_536).toBe(0);
      expect(archive.includes('x'.repeat(size))).toBe(true);
    }), { numRuns: 30 });
  });

  it('have files for what is pushed', () => {
    const page = Buffer.from('page');
    const files = runFiles({ ...RUN, page, pushes: { times: 9, pages: [page, page] }, malformed: new Map([['00000-cut', page]]), rtapp: '{}', script: 'true' });
    expect([...files.keys()]).toEqual(['run.conf', 'mode', 'model.page', 'rtapp.json', 'workload.sh', 'pages/0000.page', 'pages/0001.page', 'malformed/00000-cut']);
  });
});
