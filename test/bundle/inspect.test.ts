import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readCapture } from '../../src/bundle/capture/capture.js';
import { inspect } from '../../src/bundle/inspect.js';
import { CAPTURES } from './capture-fixture.js';

describe('inspect', () => {
  it('counts what is in a capture', async () => {
    const seen = inspect(await readCapture(join(CAPTURES, 'spin9')));
    expect(seen).toMatchObject({
      source: 'kernel', release: '6.1.192-cfslab', topology: 'pvt8', cpus: 8, policy: 'stock', tasks: 24, lost: 0,
      rows: { decisions: 226, balances: 802, events: 650 },
      decided: 141, hotRefused: 5, cold: 125, forced: 11, reasons: { 3: 85, 5: 141 }, idle: { 1: 226 },
      events: { switch: 406, migrate: 60, fork: 12 },
    });
    expect(seen.forcedShare).toBeCloseTo(11 / 141, 12);
    expect(seen.perSecond['decisions']).toBeCloseTo(226 / 4.208561446, 6);
    expect(seen.notes).toContain('mark cfslab_start at 341723 ns');
  });

  it('has no share and no rates where there is nothing', async () => {
    const contents = await readCapture(join(CAPTURES, 'spin9'));
    const none = { rows: 0, columns: contents.tables.decisions.columns };
    const empty = inspect({
      ...contents,
      manifest: { ...contents.manifest, durationNs: 0 },
      tables: { decisions: none, balances: { ...contents.tables.balances, rows: 0 }, events: { ...contents.tables.events,
        rows: 0 } },
    });
    expect(empty).toMatchObject({ decided: 0, forcedShare: null, perSecond: {}, events: {}, reasons: {} });
  });
});
