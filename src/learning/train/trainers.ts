import { ruleTrainer, treeTrainer } from './baseline-trainers.js';
import { isNetworkForm, type Form } from './forms.js';
import { networkTrainer } from './network-trainer.js';
import type { Trainer } from './trainer.js';

export function trainerOf(form: Form): Trainer {
  if (isNetworkForm(form)) return networkTrainer(form);
  return form === 'tree' ? treeTrainer : ruleTrainer;
}
