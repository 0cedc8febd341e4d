import type { Matrix } from '../../libml/matrix.js';
import { Forward } from '../../libml/forward.js';
import { sigmoid } from '../../libml/logistic.js';
import { checkSamples, type Samples } from '../../libml/samples.js';
import { train } from '../../libml/training.js';
import { DEFAULT_TRAINING } from '../../libml/training-options.js';
import { StatisticsCollector } from '../dataset/statistics.js';
import { scaled, type Scaling } from '../dataset/prepare.js';
import { classCounts, selectColumns } from '../dataset/select-rows.js';
import type { Predictor } from './predictor.js';

/** How a logistic regression is trained beside LibML's defaults: both classes count alike, however rare one is. */
const OPTIONS = { ...DEFAULT_TRAINING, hidden: [], learningRate: 0.03, rateDecay: 0.97, epochs: 150, patience: 10 };

/**
 * A logistic regression on raw values, which it normalises itself (mean 0, deviation 1 over the training rows): LibML without
 * a hidden layer. Deterministic.
 *
 * @throws InputError where there are no rows, or one class only
 */
export function trainLogistic(samples: Samples, seed = 1): Predictor {
  checkSamples(samples, 'training');
  const features = samples.inputs.columns;
  const scaling = scalingOfRows(samples.inputs);
  const [negatives, positives] = classCounts(samples.labels);
  const rows = samples.inputs.rows;
  const network = train(
    { inputs: scaled(samples.inputs, scaling), labels: samples.labels }, null,
    { ...OPTIONS, seed, classWeights: [rows / 2 / negatives, rows / 2 / positives] },
  );
  const forward = new Forward(network);
  return {
    name: 'logistic',
    features,
    predict(inputs: Matrix): Float64Array {
      const own = scaled(selectColumns(inputs, features, 'logistic'), scaling);
      return Float64Array.from({ length: own.rows }, (_, row) => sigmoid(forward.logit(own.values, row * features.length)));
    },
  };
}

function scalingOfRows({ rows, columns, values }: Matrix): readonly Scaling[] {
  const collector = new StatisticsCollector(columns);
  for (let row = 0; row < rows; row += 1) collector.add(values.subarray(row * columns.length, (row + 1) * columns.length));
  return collector.finish().map(({ name, mean, deviation }) => ({ name, offset: mean, scale: deviation > 0 ? deviation : 1 }));
}
