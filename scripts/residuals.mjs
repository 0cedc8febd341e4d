/**
 * What L3 would say, quickly: free runs of recordings on the machine fitted to the usual six, without the power check, which
 * takes four fifths of the time of `cfslab calibrate`. For work on the model; FIDELITY.md is made by `calibrate`.
 *
 *     npm run build && npm run residuals -- [--seeds=N] [--all] [--captures=DIR] RECORDING…
 *
 * A RECORDING is a folder, or the name of one in DIR (../shared/captures). Printed is what does not pass, with --all
 * everything, then per recording the mean error (each capped at 100 %) and the number of fails, so that two states of the
 * model can be compared.
 */
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename, join } from 'node:path';

const words = process.argv.slice(2);
const option = (name, otherwise) => words.find((word) => word.startsWith(`--${name}=`))?.slice(name.length + 3) ?? otherwise;
const named = words.filter((word) => !word.startsWith('--'));
const captures = option('captures', '../shared/captures');
const seeds = Number(option('seeds', '4'));
const all = words.includes('--all');
const dist = (path) => import(new URL(`../dist/src/${path}.js`, import.meta.url));

const layer = await dist('calibration/index');
const { makeFreeRuns } = await dist('calibration/free-runs');
const { applyFits } = await dist('calibration/apply-fits');
const { machineOf, repetitionOf } = await dist('calibration/recording');
const { inOrder, ruleOf } = await dist('calibration/metrics');
const { repetitionsOf, seedSpread } = await dist('calibration/seed-spread');
const { toleranceOf } = await dist('calibration/bounds');
const { estimate, judge } = await dist('calibration/judge');

const FITTED = ['oversub', 'hackbench', 'pinned', 'threadpool', 'zstd', 'spin-c8-ml'];
const SHARED = join('..', 'shared', 'captures');
const opened = new Map();
const open = async (name, folder) => {
  const place = existsSync(name) ? name : join(folder, name);
  if (!opened.has(place)) opened.set(place, await layer.openRecording(place, false));
  return opened.get(place);
};

const used = [];
for (const name of FITTED) used.push(await open(name, SHARED));
const base = layer.shippedMachine(used[0].directory, used[0].contents.manifest);
const { profile } = applyFits(base, layer.fitCosts(used.map(({ contents }) => contents), base));
const recordings = [];
for (const name of named) recordings.push(await open(name, captures));
const repetitions = [...layer.shippedRepetitions(), ...recordings.map(repetitionOf)];

// Without their knobs' metrics no run with a knob turned is made.
const bare = (recording) => ({ ...recording, observation: { ...recording.observation, figures: {} } });
const subjects = recordings.map((recording) => ({ recording: bare(recording), machine: machineOf(recording, profile) }));
const { free, notes } = await makeFreeRuns(subjects, seeds, { jobs: availableParallelism() });

const totals = { error: 0, count: 0, fail: 0 };
free.forEach(({ runs }, i) => {
  const recording = recordings[i];
  const { figures } = recording.observation;
  const said = Object.keys(figures).filter((m) => figures[m].value !== 0 || runs.some((run) => (run.figures[m]?.value ?? 0) !== 0));
  const own = { error: 0, count: 0, fail: 0 };
  for (const metric of inOrder(said)) {
    const kernel = figures[metric];
    const sim = estimate(runs.map((run) => run.figures[metric]));
    const spread = seedSpread(repetitionOf(recording), repetitions, metric);
    const bounds = toleranceOf(kernel.value, ruleOf(metric).limit, spread, recording.blockSpread[metric] ?? null);
    const { verdict } = judge(kernel, sim, bounds, /_p\d+_ns$/.test(metric));
    const error = kernel.value === 0 ? null : (100 * (sim.mean - kernel.value)) / kernel.value;
    if (error !== null) {
      own.error += Math.min(100, Math.abs(error));
      own.count += 1;
    }
    if (verdict === 'fail') own.fail += 1;
    if (verdict === 'pass' && !all) continue;
    const range = `${number(sim.lo)}…${number(sim.hi)} of ${number(bounds.lo)}…${number(bounds.hi)}`;
    const shown = error === null ? '–' : `${error < 0 ? '' : '+'}${error.toFixed(1)} %`;
    console.log([verdict.padEnd(9), recording.name.padEnd(16), metric.padEnd(22), number(kernel.value).padStart(10), number(sim.mean).padStart(10), shown.padStart(9), range].join(' '));
  }
  const like = repetitionsOf(repetitionOf(recording), repetitions).length;
  console.log(`= ${recording.name}: mean error ${(own.error / own.count).toFixed(1)} % of ${own.count} metrics, ${own.fail} fail, ${like} recordings of it\n`);
  for (const key of Object.keys(totals)) totals[key] += own[key];
});
notes.forEach((note) => console.log(note));
console.log(`${named.map((name) => basename(name)).length} recordings, ${seeds} seeds: mean error ${(totals.error / totals.count).toFixed(2)} %, ${totals.fail} fail`);

function number(value) {
  return Math.abs(value) >= 1000 ? String(Math.round(value)) : String(Number(value.toPrecision(4)));
}
