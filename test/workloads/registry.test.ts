import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Workload } from '../../src/sim/programs/program.js';
import { checkWorkload } from '../../src/workloads/check.js';
import { defaultsOf, type Generator, type ParamValue } from '../../src/workloads/generators/params.js';
import { buildGenerator, generatorNamed, generatorNames, GENERATORS } from '../../src/workloads/registry.js';

/** Generators that draw while they build, so that another seed gives another workload. */
const DRAWING = ['cassandra', 'arrayfire'];

/** Everything of a workload as text, bytes of tables included. */
function bytesOf(workload: Workload): string {
  return JSON.stringify(workload, (_, value: unknown) => {
    if (!ArrayBuffer.isView(value)) return value;
    return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64');
  });
}

/** Values of a parameter near its ends and its default, but not so large that building takes long. */
function valuesOf(generator: Generator, name: string): ParamValue[] {
  const spec = generator.params[name]!;
  switch (spec.kind) {
    case 'choice':
      return [...spec.choices];
    case 'list':
      return spec.cpus === true ? [[], [0]] : [[], [spec.min], [spec.max, spec.min], [...spec.default]];
    case 'integer':
      return [spec.min, spec.default, spec.max];
  }
}

describe('registry', () => {
  it('lists every generator once, with what a user must know', () => {
    const names = generatorNames();
    expect(new Set(names).size).toBe(names.length);
    const wanted = 'hackbench cassandra arrayfire askap zstd spinners threadpool forkjoin reqresp hogs oversub';
    for (const name of wanted.split(' ')) expect(names).toContain(name);
    for (const generator of GENERATORS) {
      expect(generator.description.length).toBeGreaterThan(10);
      // Spinners run without ever coming back to their program, so that there is nothing to count.
      expect(generator.unit === '').toBe(generator.name === 'spinners');
      for (const [name, spec] of Object.entries(generator.params)) {
        expect(spec.doc.length, `${generator.name} ${name}`).toBeGreaterThan(5);
        if (spec.kind === 'integer') {
          expect(spec.min).toBeLessThanOrEqual(spec.default);
          expect(spec.max).toBeGreaterThanOrEqual(spec.default);
        }
        if (spec.kind === 'choice') expect(spec.choices).toContain(spec.default);
      }
    }
  });

  it('names what there is when asked for what there is not', () => {
    expect(() => generatorNamed('nothing', 'scenario')).toThrow(
      /^scenario: expected one of the generators hackbench, .*found nothing$/,
    );
    expect(() => buildGenerator('nothing', {}, { cpus: 1, seed: 1 }, 'scenario')).toThrow('found nothing');
  });

  it('reads parameters on the way', () => {
    const workload = buildGenerator('spinners', { tasks: '3', nices: '0,5' }, { cpus: 2, seed: 1 }, '--set');
    expect(workload.initial).toHaveLength(3);
    expect(workload.templates.map((template) => template.nice)).toEqual([0, 5]);
    expect(() => buildGenerator('spinners', { tasks: 0 }, { cpus: 2, seed: 1 }, '--set')).toThrow(
      '--set: params.tasks: expected',
    );
  });
});

describe.each(GENERATORS.map((generator) => [generator.name, generator] as const))('%s', (name, generator) => {
  it.each([1, 2, 4, 8, 64, 256])('builds a workload that %i CPUs can run', (cpus) => {
    const workload = generator.build(defaultsOf(generator.params), { cpus, seed: 1 });
    checkWorkload(workload, cpus);
    expect(workload.name).toBe(name);
    expect(workload.unit).toBe(generator.unit);
  });

  it('takes each parameter at both of its ends', () => {
    for (const param of Object.keys(generator.params)) {
      for (const value of valuesOf(generator, param)) {
        const workload = generator.build({ ...defaultsOf(generator.params), [param]: value }, { cpus: 4, seed: 7 });
        expect(() => checkWorkload(workload, 4), `${param} = ${String(value)}`).not.toThrow();
      }
    }
  });

  it('takes parameters at their ends together', () => {
    const choices = Object.fromEntries(
      Object.keys(generator.params).map((param) => {
        // Numbers of tasks are multiplied with each other; the largest are tried alone above.
        const spec = generator.params[param]!;
        const least = spec.kind === 'integer' ? spec.min : 0;
        const values = valuesOf(generator, param).map((value) => {
          return typeof value === 'number' ? Math.max(least, Math.min(value, 24)) : value;
        });
        return [param, fc.constantFrom(...values)];
      }),
    );
    fc.assert(
      fc.property(fc.record(choices), fc.integer({ min: 1, max: 9 }), fc.nat(), (params, cpus, seed) => {
        checkWorkload(generator.build(params, { cpus, seed }), cpus);
      }),
      { numRuns: 15 },
    );
  });

  it('gives the same bytes for the same seed, and others for another where it draws', () => {
    const build = (seed: number): string => bytesOf(generator.build(defaultsOf(generator.params), { cpus: 8, seed }));
    expect(build(1)).toBe(build(1));
    expect(build(1) !== build(2)).toBe(DRAWING.includes(name));
  });
});
