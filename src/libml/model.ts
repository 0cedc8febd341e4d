import { createHash } from 'node:crypto';
import { InputError } from '../input/error.js';
import { layersOf, type DenseLayer, type Network } from './network.js';
import { FORMATS, type NetworkProgram, type ProgramFormat } from './program.js';
import { quantise } from './quantise.js';
import type { ModelInput } from './scaling.js';
import type { TrainingOptions } from './training-options.js';

/** What a network is and where it comes from. Plain data, all of which the hash covers: nothing that a clock measured. */
export interface ModelFacts {
  /** 1 imitate the kernel, 2 a call of a series that ends in a forced migration, 3 a forced migration now. */
  readonly task: 1 | 2 | 3;
  /** In the order of the network's inputs, with the scaling that it was trained on. */
  readonly inputs: readonly ModelInput[];
  /** The answer is yes from this probability on. */
  readonly probability: number;
  /** The program that decides. */
  readonly quantisation: ProgramFormat;
  /** The rows that it was trained on: their hash, how many there are, and how many of them are 1. */
  readonly dataset: { readonly hash: string; readonly rows: number; readonly positives: number };
  /** What trained it, after how many epochs its weights were kept, and with which options. */
  readonly training: {
    readonly library: 'libml' | 'tensorflow';
    readonly epochs: number;
    readonly options: TrainingOptions;
  };
  /** Figures by name; null where there is none. */
  readonly metrics: Readonly<Record<string, number | null>>;
}

/** A model file. */
export interface Model extends ModelFacts {
  readonly schema: 1;
  readonly kind: 'network';
  /** The network in floating point. */
  readonly layers: readonly DenseLayer[];
  /** The integer programs that could be proven; `quantisation` is one of them. */
  readonly programs: Readonly<Partial<Record<ProgramFormat, NetworkProgram>>>;
  /** sha256 of the canonical content: all fields but this one, as JSON without spaces and with sorted names. */
  readonly hash: string;
}

/**
 * The model of a trained network, with its integer programs. A form that cannot be proven is left out, unless it is the one
 * that is to decide.
 *
 * @throws InputError as `quantise` does
 */
export function makeModel(network: Network, facts: ModelFacts): Model {
  const programs: Partial<Record<ProgramFormat, NetworkProgram>> = {};
  for (const format of FORMATS) {
    try {
      programs[format] = quantise(network, facts.inputs, format, facts.probability);
    } catch (error) {
      if (!(error instanceof InputError) || format === facts.quantisation) throw error;
    }
  }
  const content = { schema: 1 as const, kind: 'network' as const, ...facts, layers: layersOf(network), programs };
  return { ...content, hash: modelHash(content) };
}

/** The hash that a model of this content has. */
export function modelHash(model: Omit<Model, 'hash'>): string {
  const content: Record<string, unknown> = { ...model };
  delete content['hash'];
  return createHash('sha256').update(canonical(content)).digest('hex');
}

/** JSON without spaces, with the names of every object in order of their code units. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
  entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return `{${entries.map(([name, inner]) => `${JSON.stringify(name)}:${canonical(inner)}`).join(',')}}`;
}
