import { DEFAULT_TRAINING, type TrainingOptions } from '../../libml/training-options.js';
import type { Task } from '../dataset/inputs.js';

/**
 * What can be trained. The first three are networks, and become integer programs:
 *
 *     compact    LibML, 16 hidden units: made to run in a kernel
 *     full       TensorFlow.js, the larger form of the thesis
 *     logistic   LibML without a hidden layer
 *     tree       a decision tree (CART)
 *     rule       the kernel's own test, which learns nothing
 */
export const FORMS = ['compact', 'full', 'logistic', 'tree', 'rule'] as const;
export type Form = (typeof FORMS)[number];
export type NetworkForm = Extract<Form, 'compact' | 'full' | 'logistic'>;

export function isNetworkForm(form: Form): form is NetworkForm {
  return form !== 'tree' && form !== 'rule';
}

/**
 * Hidden units of the full form. Table 5.8 of the thesis has 51, 72 and 51 units in total; its totals grow by 3 with the 3
 * more inputs of task 2 in the small form, so that they count inputs, hidden units and the output: 7 + 43 + 1, 10 + 61 + 1.
 */
const FULL_HIDDEN: Readonly<Record<Task, number>> = { 1: 43, 2: 61, 3: 43 };

/** How a form is trained unless a user says otherwise. */
export function trainingDefaults(form: NetworkForm, task: Task): TrainingOptions {
  switch (form) {
    case 'compact':
      return { ...DEFAULT_TRAINING, hidden: [16], learningRate: 0.01, rateDecay: 0.95, epochs: 60, patience: 15 };
    case 'full':
      return {
        ...DEFAULT_TRAINING, hidden: [FULL_HIDDEN[task]], learningRate: 0.001, weightDecay: 0.00001, batch: 32, epochs: 60, patience: 10,
      };
    case 'logistic':
      return { ...DEFAULT_TRAINING, hidden: [], learningRate: 0.03, rateDecay: 0.97, epochs: 150, patience: 10 };
  }
}
