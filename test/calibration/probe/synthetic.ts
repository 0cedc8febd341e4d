import { refillNs, SHAPES, type Sizes } from '../../../src/calibration/probe/formula.js';
import { parseProbe } from '../../../src/calibration/probe/read.js';
import { ACCESSES, PATTERNS, type Probe, RELATIONS, type RelationName } from '../../../src/calibration/probe/schema.js';
import { Stream } from '../../../src/sim/engine/rng.js';

const PS = 1000;

/** A machine as the formula has it. */
export interface Truth extends Sizes {
  /** ps per byte by relation; what is left out was not measured. */
  readonly ps: Partial<Readonly<Record<RelationName, number>>>;
  /** ps per byte from the LLC. */
  readonly llcPs: number;
  /** A stream is so many times cheaper than a chase. */
  readonly streamGain: number;
  /** A write is so many times dearer than a read. */
  readonly writeLoss: number;
  readonly offsetNs: number;
}

export const TRUTH: Truth = {
  privateBytes: 1_300_000,
  llcBytes: 14_000_000,
  ps: { smt: 0, llc: 160, node: 1100, remote: 1900, displaced: 150, flushed: 1200 },
  llcPs: 150,
  streamGain: 8,
  writeLoss: 1.25,
  offsetNs: 120,
};

export interface Noise {
  readonly seed: number;
  /** Relative standard deviation of a pass. */
  readonly relative: number;
  /** Share of samples that a disturbance makes longer by half. */
  readonly outliers: number;
}

/** Working sets as the probe chooses them: powers of two and the points half way. */
export function sizesUpTo(max: number): number[] {
  const sizes: number[] = [];
  for (let size = 4096; size <= max; size *= 2) {
    sizes.push(size);
    if (size * 1.5 <= max) sizes.push(size * 1.5);
  }
  return sizes;
}

/** The true rate of a curve, ps per byte. */
export function trueRate(truth: Truth, relation: RelationName, pattern: string, access: string): number {
  const ps = (truth.ps[relation] ?? 0) * (access === 'write' ? truth.writeLoss : 1);
  return pattern === 'stream' ? ps / truth.streamGain : ps;
}

/** The true rate of the default mix: a quarter chased, half written. */
export function trueMix(truth: Truth, relation: RelationName): number {
  return (truth.ps[relation] ?? 0) * ((1 + truth.writeLoss) / 2) * (0.25 + 0.75 / truth.streamGain);
}

/** What a probe would have written on that machine. `bend` may replace the formula's refill, ns, by another. */
export function syntheticProbe(
  truth: Truth,
  noise: Noise,
  sizes = sizesUpTo(2 ** 25),
  bend: (ns: number, bytes: number, relation: RelationName) => number = (ns) => ns,
): Probe {
  const random = new Stream(noise.seed, 'synthetic probe');
  const reps = 9;
  const relations = RELATIONS.filter((relation) => truth.ps[relation] !== undefined);
  const cell = (extra: number, steady: number): Probe['curves'][number]['points'][number]['stayed'] => {
    const samples = Array.from({ length: reps }, () => {
      const outlier = random.below(1000) < noise.outliers * 1000 ? (steady + extra) * 0.5 : 0;
      // Never −0, which JSON has not.
      return Math.round(extra + outlier + normal(random) * (noise.relative * (steady + extra) + 10)) + 0;
    });
    const sorted = [...samples].sort((a, b) => a - b);
    return {
      n: reps,
      q1: sorted[2]!,
      median: sorted[4]!,
      q3: sorted[6]!,
      firstNs: Math.round(steady + extra),
      steadyNs: Math.round(steady),
      samples,
    };
  };
  const curves = relations.flatMap((relation) =>
    PATTERNS.flatMap((pattern) =>
      ACCESSES.map((access) => ({
        relation,
        pattern,
        access,
        points: sizes.map((bytes) => {
          const inner = trueRate(truth, relation, pattern, access) / PS;
          const gain = pattern === 'stream' ? truth.streamGain : 1;
          const loss = access === 'write' ? truth.writeLoss : 1;
          const outer = inner - (truth.llcPs * loss) / gain / PS;
          const extra = bend(refillNs(SHAPES[relation], bytes, truth, [truth.offsetNs, inner, outer]), bytes, relation);
          const steady = (bytes / 64) * (1.5 / gain);
          const move = relation !== 'displaced' && relation !== 'flushed';
          return {
            bytes,
            stayed: cell(0, steady),
            ...(move ? { returned: cell(truth.offsetNs / 2, steady) } : {}),
            treated: cell(extra, steady),
          };
        }),
      })),
    ),
  );
  return parseProbe({ ...frame(truth), curves }, 'synthetic');
}

/** All but the curves. */
export function frame(truth: Truth): Omit<Probe, 'curves'> {
  const around = (median: number): Probe['direct']['pingPongNs'] => ({ n: 7, q1: median - 10, median, q3: median + 10 });
  return {
    format: 'cfslab-probe',
    version: 1,
    settings: { seed: 1, reps: 9, seconds: 240, quick: false, pages: '4k', cleaning: 'clflush' },
    machine: {
      model: 'synthetic',
      kernel: '6.1.0 x86_64',
      cpus: [0, 1, 2, 3],
      lineBytes: 64,
      privateBytes: 2 ** 20,
      llcBytes: 2 ** 24,
      caches: [],
      relations: RELATIONS.map((name) =>
        truth.ps[name] === undefined
          ? { name, measured: false as const, why: 'the test leaves it out' }
          : { name, measured: true as const, from: 0, to: 1 },
      ),
    },
    timer: { resolutionNs: 1, stepNs: 10, overheadNs: 20 },
    direct: {
      pipeSelfNs: around(500),
      pingPongNs: around(2300),
      writePlainNs: around(250),
      across: [
        { relation: 'llc', writeWakingNs: around(950), wakeLatencyNs: around(4000), moveCallNs: around(5000) },
      ],
    },
    disturbed: 0,
    cut: false,
    tookSeconds: 100,
  };
}

/** Nearly normal: the sum of twelve uniform numbers, less 6. */
function normal(random: Stream): number {
  let sum = -6;
  for (let i = 0; i < 12; i++) sum += random.below(2 ** 20) / 2 ** 20;
  return sum;
}
