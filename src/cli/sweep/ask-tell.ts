import { readFileSync } from 'node:fs';
import { named } from '../../experiment/sweep/report/make-document.js';
import { checkAnswers, checkState, searchKey, type SearchFile } from '../../experiment/sweep/spec/ask-tell-files.js';
import { planSweep, valuesAt, type SweepPlan } from '../../experiment/sweep/plan.js';
import { ask, startSearch, tell } from '../../experiment/sweep/search/ask-tell.js';
import { RunStore } from '../../experiment/sweep/store/run-store.js';
import { Course } from '../../experiment/sweep/sweep.js';
import { evaluatePoints } from '../../experiment/sweep/evaluate-points.js';
import { writeFileAtomic } from '../../input/atomic.js';
import { InputError } from '../../input/error.js';
import { parseJson, readJsonFile } from '../../input/json.js';
import { kindOf } from '../../input/kind.js';
import { interruptible } from '../interrupt.js';
import { integer, text } from '../options.js';
import { refuseWrongPlace } from '../place.js';
import { startSweepProgress } from '../progress.js';
import { engineOf, ENGINE_OPTIONS } from './engine.js';
import type { OptionSpec, Verb, VerbInput } from '../verb.js';

const MAX_STATE_BYTES = 2 ** 28;
const STATE_OPTION: OptionSpec = { flags: '--state <file>', doc: 'where the search is; made where it is not there' };

export const sweepAskVerb: Verb = {
  help: 'Each point has an id, which `sweep tell` takes, a value for each choice, and the share of the duration that it is to be run for.',
  options: [STATE_OPTION, { flags: '--points <n>', doc: 'at most so many points (default: all that may be asked now)' }],
  async run(input, io) {
    const plan = await planSweep(input.args[0]!);
    const place = statePlace(input);
    const most = integer(input, 'points', 1, 1_000_000);
    const { state, questions } = ask(readState(plan, place), most);
    writeState(plan, place, state);
    const points = questions.map(({ id, point, share }) => ({ id, share, values: named(plan.choices, valuesAt(plan.choices, point)) }));
    io.out(`${JSON.stringify({ points, over: state.step === null }, null, 1)}\n`);
    return 0;
  },
};

export const sweepTellVerb: Verb = {
  help:
    'ANSWERS is a JSON file, or - for standard input: {"answers": [{"id": 3, "value": -1.5}]}, lower is better, null for no value.\n' +
    'An entry with an id and no value is simulated, and the search is told. An entry with {"values": {"policy.attempts": 2}} is a point of\n' +
    'your own: it is simulated, and the search does not hear of it. What was simulated is printed with its gains and their intervals.',
  options: [STATE_OPTION, ...ENGINE_OPTIONS],
  async run(input, io) {
    const plan = await planSweep(input.args[0]!);
    const from = input.args[1]!;
    const json = from === '-' ? parseJson(readFileSync(0, 'utf8'), 'standard input') : readJsonFile(from);
    const source = from === '-' ? 'standard input' : from;
    const answers = checkAnswers(json, source);
    const needsState = answers.some(({ id }) => id !== undefined);
    const place = needsState ? statePlace(input) : null;
    let state = place === null ? startSearch(plan.method, plan.space) : readState(plan, place);
    const engine = await engineOf(input, plan);
    const progress = startSweepProgress(io);
    try {
      const found = await interruptible((signal) => {
        const course = new Course(plan, { engine, store: new RunStore(), signal, onProgress: (pace) => progress.update(pace, '') });
        return evaluatePoints(plan, course, state, answers, source);
      });
      const told = found.flatMap(({ id, value }) => (id === undefined ? [] : [{ id, value }]));
      if (place !== null) {
        state = tell(plan.method, plan.space, state, told, source);
        writeState(plan, place, state);
      }
      io.out(`${JSON.stringify({ results: found, over: place !== null && state.step === null }, null, 1)}\n`);
    } finally {
      progress.stop();
      await engine.close();
    }
    return 0;
  },
};

function statePlace(input: VerbInput): string {
  const place = text(input, 'state');
  if (place === undefined) throw new InputError('--state', '', 'a file for the state of the search', 'nothing');
  refuseWrongPlace('--state', place);
  return place;
}

function readState(plan: SweepPlan, place: string): SearchFile['state'] {
  if (kindOf(place) === 'none') return startSearch(plan.method, plan.space);
  return checkState(readJsonFile(place, MAX_STATE_BYTES), place, plan.spec);
}

function writeState(plan: SweepPlan, place: string, state: SearchFile['state']): void {
  writeFileAtomic(place, `${JSON.stringify({ schema: 1, search: searchKey(plan.spec), state } satisfies SearchFile)}\n`);
}
