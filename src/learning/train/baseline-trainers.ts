import type { Predictor } from '../baselines/predictor.js';
import { ruleFor } from '../baselines/rule.js';
import { trainTree, type Tree } from '../baselines/tree.js';
import { answersOfPredictor } from './answers.js';
import { baselineModel } from './baseline-model.js';
import type { Fitted, Trainer, TrainerOptions, TrainingData } from './trainer.js';

/** A decision tree: the same input, another way to draw the line. */
export const treeTrainer: Trainer = {
  form: 'tree',
  fit: (data, options) => {
    const predictor = trainTree(data.training);
    return Promise.resolve(fitted(predictor, predictor.tree, 'tree', data, options));
  },
};

/** The kernel's own test. It needs no training, but the features that it is made of. */
export const ruleTrainer: Trainer = {
  form: 'rule',
  fit: (data, options) => {
    const predictor = ruleFor(data.task, data.training.inputs.columns);
    return Promise.resolve(fitted(predictor, null, 'rule', data, options));
  },
};

function fitted(
  predictor: Predictor, tree: Tree | null, kind: 'tree' | 'rule', { task, dataset }: TrainingData, { probability }: TrainerOptions,
): Fitted {
  const { features } = predictor;
  return {
    features,
    answers: answersOfPredictor(predictor, probability),
    programs: new Map(),
    cost: null,
    epochs: null,
    model: (metrics) => baselineModel({ kind, task, features, probability, tree, dataset, metrics }),
  };
}
