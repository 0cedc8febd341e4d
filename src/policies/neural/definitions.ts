import type { PolicyDefinition } from '../definition.js';
import type { ParamSpecs } from '../params.js';
import { NeuralPolicy } from './policy.js';
import { early, forced, imitate, type Role } from './roles.js';
import { MIN_SEEN } from './drift.js';

const PARAMS: ParamSpecs = {
  threshold: {
    min: -1,
    max: 1000,
    default: -1,
    doc: '‰ of probability from which the model says yes; −1 is what the model was made with',
  },
  costNs: {
    min: -1,
    max: 1_000_000_000,
    default: -1,
    doc: 'ns that one decision takes beyond the stock test; −1 estimates it from the model: about an instruction a ns',
  },
  swapAtNs: {
    min: 0,
    max: Number.MAX_SAFE_INTEGER,
    default: 0,
    doc: 'ns of simulated time from which the model that stands by decides, where there is one',
  },
  driftFloor: {
    min: 0,
    max: 1000,
    default: 0,
    doc: '‰ of balanced accuracy below which the policy falls back to stock; 0 never does',
  },
  driftWindow: {
    min: 2 * MIN_SEEN,
    max: 1_000_000,
    default: 512,
    doc: 'outcomes of a class after which its counts are halved, so that old ones fade',
  },
};

const REFRACTORY: ParamSpecs = {
  refractoryNs: {
    min: 0,
    max: 10_000_000_000,
    default: 0,
    doc: 'ns for which no other hot task is moved early from a CPU that has just lost one so; 0 for none',
  },
};

export const neuralImitate = neural('neural-imitate', imitate, 'imitate', 'A model of the kernel’s own decision decides alone (task 1).');

export const neuralForced = neural(
  'neural-forced',
  forced,
  'forced',
  'Cold tasks go as ever; whether a hot one is forced is the word of a model of forced migrations (task 3).',
);

export const neuralEarly = neural(
  'neural-early',
  early,
  'early',
  'Moves a hot task at once where a model says that it would be forced in the end (task 2).',
  REFRACTORY,
);

function neural(name: string, role: Role, shipped: string, summary: string, more: ParamSpecs = {}): PolicyDefinition {
  return {
    name,
    summary,
    params: { ...PARAMS, ...more },
    models: {
      model: { default: shipped, doc: 'the model that decides: the name of a shipped one, or a file of `cfslab train`' },
      standby: { default: null, doc: 'the model that takes over at swapAtNs' },
    },
    create: (params, models) => new NeuralPolicy(name, role, params, models.model!, models.standby ?? null),
  };
}
