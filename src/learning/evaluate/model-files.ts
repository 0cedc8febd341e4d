import { basename } from 'node:path';
import { InputError } from '../../input/error.js';
import { readJsonFile } from '../../input/json.js';
import { networkOf } from '../../libml/network.js';
import { parseModel } from '../../libml/model-file.js';
import { FEATURES } from '../../policies/features.js';
import { ruleFor } from '../baselines/rule.js';
import { treePredictor } from '../baselines/tree.js';
import type { Task } from '../dataset/inputs.js';
import { answersOfNetwork, answersOfPredictor, answersOfProgram } from '../train/answers.js';
import { parseBaseline } from '../train/baseline-model.js';
import type { Candidate } from './candidate.js';

/**
 * The candidate that a file of `cfslab train` holds: the integer program that it says decides, or a tree or the rule.
 *
 * @throws InputError where it is no model, or one of another task
 */
export function candidateOfFile(file: string, task: Task): Candidate {
  const value = readJsonFile(file);
  const kind = typeof value === 'object' && value !== null && 'kind' in value ? value.kind : undefined;
  const candidate = kind === 'tree' || kind === 'rule' ? ofBaseline(value, file) : ofNetwork(value, file);
  if (candidate.task !== task) throw new InputError(file, 'task', `${task}, as --task says`, String(candidate.task));
  return candidate.candidate;
}

interface OfTask {
  readonly task: Task;
  readonly candidate: Candidate;
}

function ofNetwork(value: unknown, file: string): OfTask {
  const model = parseModel(value, FEATURES, file);
  const { task, inputs, layers, probability, quantisation, programs } = model;
  const program = programs[quantisation];
  if (program === undefined) throw new InputError(file, 'programs', quantisation, Object.keys(programs).join(', '));
  return {
    task,
    candidate: {
      model: nameOf(file),
      trainedOn: null,
      features: inputs.map(({ name }) => name),
      answers: answersOfProgram(program),
      program: quantisation,
      float: answersOfNetwork(networkOf(layers, file), inputs, probability),
    },
  };
}

function ofBaseline(value: unknown, file: string): OfTask {
  const { task, features, tree, probability } = parseBaseline(value, file);
  const predictor = tree === null ? ruleFor(task, features) : treePredictor(tree, features);
  const answers = answersOfPredictor(predictor, probability);
  return { task, candidate: { model: nameOf(file), trainedOn: null, features: predictor.features, answers, program: null, float: null } };
}

function nameOf(file: string): string {
  return basename(file).replace(/\.json$/, '');
}
