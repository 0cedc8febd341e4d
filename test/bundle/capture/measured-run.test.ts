import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readCapture } from '../../../src/bundle/capture/capture.js';
import { ingest } from '../../../src/bundle/ingest.js';
import type { RunFacts } from '../../../src/bundle/capture/measured-run.js';
import { readBundle } from '../../../src/bundle/read.js';
import { CaptureCopy } from '../capture-fixture.js';

const FACTS: RunFacts = {
  workload: 'spin9',
  policy: 'neural-early',
  mode: 'decide',
  model: 'a'.repeat(64),
  kernelSource: 'b'.repeat(64),
  place: 'lab',
  seed: 3,
  repetition: 2,
  perturbation: { delayUs: 870, seed: 12, quantumNs: 1000 },
  completionNs: 4_210_000_000,
  throughput: { value: 12.5, unit: 'requests' },
  stats: { calls: 226, cpu: { '0': { calls: 20, histogram: [0, 1, 2] } }, source: 'b1' },
  memoryBytes: 4096,
};

let copy: CaptureCopy;
beforeEach(() => {
  copy = new CaptureCopy('spin9');
});
afterEach(() => copy.remove());

function writeRun(value: unknown): void {
  copy.write('run.json', JSON.stringify(value));
}

describe('run.json of a capture', () => {
  it('is kept in the manifest, through a bundle and back', async () => {
    writeRun({ schema: 1, ...FACTS, extra: 'something newer' });
    const out = join(copy.root, 'bundle');
    const written = await ingest([copy.dir], out);
    expect(written.run).toEqual(FACTS);
    const { manifest } = await readBundle(out);
    expect(manifest.run).toEqual(FACTS);
    expect(manifest.policy).toEqual({ name: 'neural-early', params: {}, hash: FACTS.model });
    expect(manifest.inputs['run.json']).toMatch(/^[0-9a-f]{64}$/);
    rmSync(out, { recursive: true });
  });

  it('makes stock the policy where the other only stands by', async () => {
    writeRun({ schema: 1, ...FACTS, mode: 'shadow' });
    expect((await readCapture(copy.dir)).manifest.policy.name).toBe('stock');
  });

  it('need not be there', async () => {
    expect((await readCapture(copy.dir)).manifest.run).toBeUndefined();
  });

  it.each([
    [{ ...FACTS, schema: 1, mode: 'on' }, 'run.json: mode: expected one of off, shadow, decide, found "on"'],
    [{ ...FACTS, schema: 1, model: 'abc' }, 'run.json: model: expected a sha256, 64 hexadecimal digits, found "abc"'],
    [{ ...FACTS, schema: 2 }, 'run.json: schema: expected 1, found 2'],
    [{ ...FACTS, schema: 1, perturbation: { delayUs: -1, seed: 1, quantumNs: 1 } }, 'run.json: perturbation.delayUs: expected at least 0, found -1'],
  ])('is refused where a field is wrong', async (value, message) => {
    writeRun(value);
    await expect(readCapture(copy.dir)).rejects.toThrow(message);
  });
});
