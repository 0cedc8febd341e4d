import type { Repetition, RepetitionFile } from '../calibration/index.js';
import { writeFileAtomic } from '../input/atomic.js';
import { interruptible } from './interrupt.js';
import { flag, JSON_OPTION, text } from './options.js';
import { refuseWrongPlace } from './place.js';
import { startProgress } from './progress.js';
import { repetitionTable } from './repetitions-table.js';
import type { CliIo, Verb } from './verb.js';
import { StoppedError } from '../input/error.js';

export const repetitionsVerb: Verb = {
  help:
    'RECORDING is a bundle or a capture directory, FILE what --out wrote before. Recordings of the same program and\n' +
    'arguments on the same kernel, CPUs and knobs belong together, whatever their seeds. The file has the metrics of each\n' +
    'recording and no events: `cfslab calibrate --repetitions FILE` takes the kernel’s own spread from it.',
  options: [{ flags: '--out <file>', doc: 'write the figures of all recordings' }, JSON_OPTION],
  async run(input, io) {
    const out = text(input, 'out');
    if (out !== undefined) refuseWrongPlace('--out', out);
    const layer = await import('../calibration/index.js');
    const all = await openAllRepetitions(input.args, io, flag(input, 'json'));
    const file: RepetitionFile = layer.repetitionFile(all);
    const written = layer.repetitionText(file);
    if (out !== undefined) writeFileAtomic(out, written);
    if (flag(input, 'json')) io.out(written);
    else io.out(repetitionTable(file) + (out === undefined ? '' : `Written: ${out}\n`));
    return 0;
  },
};

/** @throws InputError where one is neither a recording nor a file of repetitions, StoppedError where Ctrl-C was pressed */
async function openAllRepetitions(paths: readonly string[], io: CliIo, quiet: boolean): Promise<Repetition[]> {
  const progress = startProgress(io, quiet && !io.terminal, 'recordings');
  try {
    return await interruptible(async (signal) => {
      const { openRepetitions } = await import('../calibration/index.js');
      const all: Repetition[] = [];
      for (const [i, path] of paths.entries()) {
        all.push(...(await openRepetitions(path)));
        progress.update(i + 1, paths.length);
        // Reading is done in one go; between recordings Ctrl-C is heard.
        await new Promise((next) => setImmediate(next));
        if (signal.aborted) throw new StoppedError('interrupted');
      }
      return all;
    });
  } finally {
    progress.stop();
  }
}
