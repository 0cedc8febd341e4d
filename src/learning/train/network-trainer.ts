import type { EngineMaker } from '../../libml/engine.js';
import { libmlEngine } from '../../libml/engine.js';
import { fitScalings } from '../../libml/fit-scaling.js';
import { makeModel, type ModelFacts } from '../../libml/model.js';
import type { Network } from '../../libml/network.js';
import { pageBytes } from '../../libml/page.js';
import { FORMATS, type ProgramFormat } from '../../libml/program.js';
import type { Samples } from '../../libml/samples.js';
import { scaleMatrix } from '../../libml/scale-matrix.js';
import type { ModelInput } from '../../libml/scaling.js';
import { Training } from '../../libml/training.js';
import { answersOfNetwork, answersOfProgram } from './answers.js';
import { drive } from './drive.js';
import type { NetworkForm } from './forms.js';
import { tensorflowEngine } from './tensorflow/engine.js';
import { loadTensorflow, type Backend } from './tensorflow/load.js';
import type { Answers, Fitted, Trainer } from './trainer.js';

/** The networks: by LibML, or the full one by TensorFlow.js. Scalings and the rest of the way to integers are the same. */
export function networkTrainer(form: NetworkForm): Trainer {
  return {
    form,
    async fit({ task, training: raw, validation, dataset }, options, callbacks = {}) {
      const inputs = inputsOf(raw);
      const engine = form === 'full' ? await fullEngine(options.backend) : libmlEngine;
      const training = new Training(
        scaledSamples(raw, inputs),
        validation === null ? null : scaledSamples(validation, inputs),
        options.training,
        callbacks.state,
        engine,
      );
      await drive(training, options.training.epochs, callbacks);
      const run = training.state();
      const kept = run.best?.epoch ?? 0;
      const facts: Omit<ModelFacts, 'metrics'> = {
        task,
        inputs,
        probability: options.probability,
        quantisation: options.quantisation,
        dataset,
        training: { library: form === 'full' ? 'tensorflow' : 'libml', epochs: kept, options: options.training },
      };
      return fittedNetwork(training.bestNetwork(), facts, { kept, run: run.epoch });
    },
  };
}

/** The scalings of the inputs: all that is chosen from the training rows beside the weights. */
export function inputsOf(raw: Samples): ModelInput[] {
  return fitScalings(raw.inputs);
}

function fittedNetwork(network: Network, facts: Omit<ModelFacts, 'metrics'>, epochs: Fitted['epochs']): Fitted {
  const { programs } = makeModel(network, { ...facts, metrics: {} });
  const answers = new Map<ProgramFormat, Answers>();
  for (const format of FORMATS) {
    const program = programs[format];
    if (program !== undefined) answers.set(format, answersOfProgram(program));
  }
  return {
    features: facts.inputs.map(({ name }) => name),
    answers: answersOfNetwork(network, facts.inputs, facts.probability),
    programs: answers,
    cost: { multiplyAdds: multiplyAdds(network.sizes), bytes: pageBytes(network.sizes) },
    epochs,
    model: (metrics) => makeModel(network, { ...facts, metrics }),
  };
}

function multiplyAdds(sizes: readonly number[]): number {
  return sizes.slice(1).reduce((sum, outputs, l) => sum + outputs * sizes[l]!, 0);
}

function scaledSamples({ inputs, labels }: Samples, scalings: readonly ModelInput[]): Samples {
  return { inputs: scaleMatrix(inputs, scalings), labels };
}

async function fullEngine(backend: Backend | 'auto'): Promise<EngineMaker> {
  const { tf } = await loadTensorflow(backend);
  return tensorflowEngine(tf);
}
