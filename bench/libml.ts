import { built } from './built.js';
import { cInference } from './libml-c.js';
import type { Measurement } from './measurement.js';
import { summarize, type Floor } from './statistics.js';

type LibML = typeof import('../src/libml/index.js');
type Rng = typeof import('../src/sim/engine/rng.js');

const ROWS = 200_000;
const INPUTS = 10;
const HIDDEN = 16;
const EPOCHS = 5;
const RAWS = 64;
const [SAMPLES, PASSES, WARM_UP] = [10, 2000, 4000];
/** What the issue asks for, s and ns. */
const EPOCH: Floor = { kind: 'at most', value: 0.3 };
const DECISION: Floor = { kind: 'at most', value: 150 };

/** An epoch of training, and a decision of a 10-16-1 network in each form and by each interpreter. */
export async function libml(): Promise<Measurement[]> {
  const lib = await built<LibML>('libml/index');
  const { Stream } = await built<Rng>('sim/engine/rng');
  return [...training(lib, new Stream(1, 'rows')), ...decisions(lib, new Stream(1, 'raw'))];
}

/** CPU time of this process, s: what one core works, whoever else is at it. */
function cpuSeconds(work: () => void): number {
  const before = process.cpuUsage();
  work();
  return process.cpuUsage(before).user / 1e6;
}

/** The first epoch warms up. */
function training({ Training, DEFAULT_TRAINING }: LibML, stream: InstanceType<Rng['Stream']>): Measurement[] {
  const values = new Float64Array(ROWS * INPUTS).map(() => stream.uint32() / 2 ** 31 - 1);
  const labels = new Uint8Array(ROWS).map((_, row) => (values[row * INPUTS]! * values[row * INPUTS + 1]! > 0.1 ? 1 : 0));
  const inputs = { rows: ROWS, columns: Array.from({ length: INPUTS }, (_, i) => `f${i}`), values };
  const ways = [
    ['adam, batch 32', { optimiser: 'adam', batch: 32, learningRate: 0.003 }],
    ['sgd, batch 1', { optimiser: 'sgd', batch: 1, learningRate: 0.1 }],
  ] as const;
  return ways.map(([name, way]) => {
    const options = { ...DEFAULT_TRAINING, ...way, hidden: [HIDDEN], patience: 0 };
    const run = new Training({ inputs, labels }, null, options);
    run.runEpoch();
    const seconds = Array.from({ length: EPOCHS }, () => cpuSeconds(() => run.runEpoch()));
    const summary = summarize(seconds);
    return { group: 'libml', name: `epoch of ${ROWS} × ${INPUTS}, ${INPUTS}-${HIDDEN}-1, ${name}`, unit: 's', summary, floor: EPOCH };
  });
}

function decisions(lib: LibML, stream: InstanceType<Rng['Stream']>): Measurement[] {
  const network = lib.initialNetwork([INPUTS, HIDDEN, 1], 1);
  const inputs = Array.from({ length: INPUTS }, (_, i) => ({
    name: `f${i}`,
    scaling: lib.scalingOf(i < 2 ? 'log2' : 'linear', 0, i < 2 ? 2 ** 31 : 1024),
  }));
  const raws = Array.from({ length: RAWS }, () => new Float64Array(INPUTS).map((_, i) => stream.below(i < 2 ? 2 ** 31 : 1025)));
  return lib.FORMATS.flatMap((format) => {
    const program = lib.quantise(network, inputs, format);
    const time = (name: string, inference: InstanceType<LibML['Interpreter']> | ReturnType<LibML['compile']>, floor?: Floor): Measurement => {
      let yes = 0;
      const pass = (): void => {
        for (const raw of raws) if (inference.decide(raw)) yes += 1;
      };
      for (let i = 0; i < WARM_UP; i++) pass();
      const times = Array.from({ length: SAMPLES }, () => {
        const seconds = cpuSeconds(() => {
          for (let i = 0; i < PASSES; i++) pass();
        });
        return (seconds * 1e9) / (PASSES * RAWS);
      });
      const summary = summarize(times);
      if (!Number.isFinite(yes)) throw new Error('no decisions were counted');
      return { group: 'libml', name: `decision, 10-16-1 ${format}, ${name}`, unit: 'ns', summary, ...(floor === undefined ? {} : { floor }) };
    };
    const inC = cInference(lib.cSourceOf(program), raws);
    return [
      time('step by step', new lib.Interpreter(program)),
      time('JavaScript', lib.compile(program), DECISION),
      ...(inC === null ? [] : [{ group: 'libml' as const, name: `decision, 10-16-1 ${format}, C`, unit: 'ns', summary: inC }]),
    ];
  });
}
