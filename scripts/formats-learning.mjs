/** What docs/FORMATS.md says of the files of a training that is under way, and of the baselines: a tree, and the rule. */

export const BASELINE_WORDS = {
  schema: 'version of the format',
  kind: 'a decision tree, or the rule itself, which stands in the code',
  task: 'as in a model',
  features: 'what it looks at, by name: the columns of the tree',
  probability: 'the answer is yes from this probability on',
  tree: 'null for the rule; else lists of the same length, an entry for each node, the root first',
  'tree.feature': 'index into `features`; −1 for a leaf',
  'tree.threshold': 'a row whose feature has this raw value or less goes left, any other right',
  'tree.left': 'number of the child, which comes after the node',
  'tree.right': 'the same of the other child',
  'tree.share': 'weighted share of positives among the training rows that came here: the probability that a leaf answers with',
  dataset: 'the rows that it was trained on',
  'dataset.hash': 'sha256 of the rows',
  'dataset.rows': 'how many',
  'dataset.positives': 'how many of them are 1',
  metrics: 'figures by name; null where there is none',
  hash: 'sha256 of everything else, as JSON without spaces, in the order of this table',
};

export const CHECKPOINT_WORDS = {
  schema: 'version of the format',
  kind: 'a training that is under way',
  form: 'what is trained: `--form`',
  task: 'as in a model',
  dataset: 'sha256 of the rows of the data set',
  prepare: 'how rows were chosen: `balance`, `validation` (share), `maxRows` and `seed`',
  state: 'where it stands between two epochs, below',
};

export const STATE_WORDS = {
  epoch: 'epochs done',
  rate: 'learning rate of the next epoch',
  rows: 'rows that are learnt from; going on with another number is refused',
  columns: 'their columns, by name; likewise',
  options: 'hyper-parameters, as `training.options` of a model; likewise, but for `epochs` and `patience`',
  parameters: 'the weights and biases, layer by layer',
  optimiser: "the optimiser's own memory",
  'optimiser.first': "Adam's first moments, a number for each parameter; none for sgd",
  'optimiser.second': 'the second moments',
  'optimiser.powers': 'β₁ and β₂ to the power of the steps done',
  best: 'the epoch with the least loss so far; null before the first',
  'best.epoch': 'which epoch it was, from 1',
  'best.loss': 'its loss: of the validation rows where there are some',
  'best.parameters': 'the parameters after it',
};
