import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DECISIONS } from '../../src/lockstep/agreement/tally.js';
import { cfslab, ROOT, workspace } from './cli.js';

const DIR = workspace();
const CAPTURES = join(ROOT, 'calibration', 'captures');

interface Document {
  readonly l1: { readonly rows: number; readonly decidable: number; readonly agree: number };
  readonly lockstep: Record<string, { readonly count: number; readonly decidable: number; readonly agree: number }>;
  readonly features: Record<string, { readonly count: number; readonly medianRelErr: number; readonly p99RelErr: number }>;
  readonly recordings?: ReadonlyArray<{ readonly name: string }>;
}

describe('replay --lockstep', () => {
  it('reaches every target on the shipped captures', () => {
    const names = ['threadpool-c8-mc5', 'spin9', 'rtapp'];
    const { code, out, err } = cfslab(['replay', ...names.map((name) => join(CAPTURES, name)), '--lockstep', '--json']);
    expect([code, err]).toEqual([0, '']);
    const { l1, lockstep, features, recordings } = JSON.parse(out) as Document;
    expect(l1).toMatchObject({ rows: 3326, decidable: 3326, agree: 3326 });
    expect(Object.keys(lockstep)).toEqual([...DECISIONS]);
    expect(recordings!.map(({ name }) => name)).toEqual(names);
    expect(features['task_util']!.medianRelErr).toBeLessThan(0.01);
  });

  it('exits with 1 where the model is another than the kernel', () => {
    const capture = join(CAPTURES, 'spin9');
    const { code, out } = cfslab(['replay', capture, '--lockstep', '--set', 'sysctl.latency_ns=48000000', '--explain', '1']);
    expect(code).toBe(1);
    expect(out).toMatch(/^tick_resched .* MISSED$/m);
    expect(out).toMatch(/^ {3}model: /m);
  });

  it('gives the same figures from a capture and from the bundle made of it', () => {
    const [capture, bundle] = [join(CAPTURES, 'rtapp'), join(DIR, 'rtapp')];
    expect(cfslab(['ingest', capture, '--out', bundle]).code).toBe(0);
    const [a, b] = [capture, bundle].map((path) => cfslab(['replay', path, '--lockstep', '--json']));
    expect(b!.out).toBe(a!.out);
  });
});
