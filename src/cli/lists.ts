import { loadMachine, machineNames } from '../experiment/schema/profile.js';
import type { ModelSpec } from '../policies/definition.js';
import { modelNames } from '../policies/models.js';
import { POLICIES } from '../policies/registry.js';
import { GENERATORS } from '../workloads/registry.js';
import { flag, JSON_OPTION } from './options.js';
import { wrap } from './table.js';
import type { Verb } from './verb.js';

/** A parameter as a list shows it. */
interface Parameter {
  readonly name: string;
  readonly default: unknown;
  readonly range: string;
  readonly doc: string;
}

interface Entry {
  readonly name: string;
  readonly summary: string;
  readonly params: readonly Parameter[];
}

export const policiesVerb = listVerb('policies', () =>
  POLICIES.map(({ name, summary, params, models = {} }) => ({
    name,
    summary,
    params: [...parameters(params), ...modelParameters(models)],
  })),
);

export const workloadsVerb = listVerb('workloads', () =>
  GENERATORS.map(({ name, description, params }) => ({ name, summary: description, params: parameters(params) })),
);

export const machinesVerb = listVerb('machines', () =>
  machineNames().map((name) => {
    const { description, topology, hz, calibrationErrorPercent: error } = loadMachine(name);
    const calibration = error === undefined ? 'not calibrated' : `calibrated to ${error} %`;
    return { name, summary: `${description} ${topology.cpus.length} CPUs, HZ ${hz}, ${calibration}.`, params: [] };
  }),
);

function modelParameters(specs: Readonly<Record<string, ModelSpec>>): Parameter[] {
  const range = `${modelNames().join(', ')} or a file`;
  return Object.entries(specs).map(([name, spec]) => ({ name, default: spec.default ?? 'none', range, doc: spec.doc }));
}

function listVerb(name: string, entries: () => Entry[]): Verb {
  return {
    options: [JSON_OPTION],
    run(input, io) {
      const all = entries();
      io.out(flag(input, 'json') ? `${JSON.stringify({ [name]: all }, null, 1)}\n` : all.map(entryText).join('\n'));
      return 0;
    },
  };
}

function entryText({ name, summary, params }: Entry): string {
  const lines = params.map((param) => wrap(`  ${param.name}=${String(param.default)} (${param.range}): ${param.doc}`));
  return `${[wrap(`${name}: ${summary}`), ...lines].join('\n')}\n`;
}

interface Spec {
  readonly min?: number;
  readonly max?: number;
  readonly choices?: readonly string[];
  readonly default: unknown;
  readonly doc: string;
}

function parameters(specs: Readonly<Record<string, Spec>>): Parameter[] {
  return Object.entries(specs).map(([name, spec]) => ({
    name,
    default: spec.default,
    range: spec.choices === undefined ? `${spec.min}…${spec.max}` : spec.choices.join(', '),
    doc: spec.doc,
  }));
}
