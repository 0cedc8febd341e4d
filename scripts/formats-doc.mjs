/**
 * Writes docs/FORMATS.md from the sources: the tables of a bundle, its JSON files, the feature table, scenario files, machine
 * profiles and the operations of workload programs. With `--check` it writes nothing and fails where the file is not what it
 * would write.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { docOf, fieldsOf, load, membersOf, ROOT } from './formats-source.mjs';
import {
  COMPACT_WORDS, FULL_WORDS, MEMBER_WORDS, MODEL_WORDS, PROFILE_WORDS, PROGRAM_WORDS, REPETITION_WORDS, SCENARIO_WORDS,
} from './formats-words.mjs';
import { BASELINE_WORDS, CHECKPOINT_WORDS, STATE_WORDS } from './formats-learning.mjs';
import { RUNS_WORDS, SEARCHES, SWEEP_WORDS } from './formats-sweep.mjs';

const target = join(ROOT, 'docs', 'FORMATS.md');
const { z } = await load('input/zod.ts');
const { TABLES, INSTRUMENT_TABLES, EVENT_KINDS } = await load('sim/records/records.ts');
const { DIRTY_KINDS } = await load('bundle/dirty.ts');
const { FEATURES } = await load('policies/features.ts');
const { Op } = await load('sim/programs/program.ts');
const { ROW_COLUMNS } = await load('learning/dataset/columns.ts');
const { ScenarioSchema } = await load('experiment/schema/scenario.ts');
const { SweepSchema } = await load('experiment/sweep/spec/schema.ts');
const { profileSchema } = await load('experiment/schema/profile.ts');
const { compactSchema, fullSchema } = await load('experiment/schema/profile-topology.ts');
const { costsSchema, cacheSchema, DEFAULT_COSTS, DEFAULT_CACHE } = await load('experiment/schema/profile-costs.ts');
const { sysctlSchema, defaultSysctl } = await load('experiment/schema/profile-sysctl.ts');
const { repetitionsSchema } = await load('calibration/repetitions-schema.ts');
const { modelSchema, programSchema } = await load('libml/model-schema.ts');
const { stateSchema } = await load('libml/training-state.ts');
const { baselineSchema } = await load('learning/train/baseline-model.ts');
const { checkpointSchema } = await load('learning/train/checkpoint.ts');
const { DEFAULT_FEATURES } = await load('sim/kernel/config.ts');

const text = render();
if (!process.argv.includes('--check')) {
  writeFileSync(target, text);
} else if (!existsSync(target) || readFileSync(target, 'utf8') !== text) {
  process.stderr.write('docs/FORMATS.md is not up to date: run "node scripts/formats-doc.mjs"\n');
  process.exitCode = 1;
}

function render() {
  return `# Formats

Written by \`node scripts/formats-doc.mjs\` from the sources; a test fails where it is not up to date.

- [Bundle](#bundle): what a run or a recording is kept as
- [Features](#features): what a policy can decide on
- [Scenario files](#scenario-files)
- [Machine profiles](#machine-profiles)
- [Sweeps](#sweeps): what is varied, and what was found
- [Repetitions](#repetitions): figures of recordings under other seeds
- [Workload programs](#workload-programs)
- [Data sets](#data-sets): what a model learns from
- [Models](#models)
- [Trees and rules](#trees-and-rules): the baselines
- [Checkpoints](#checkpoints): a training that is under way

## Bundle

A directory. The simulator writes one for each run (\`--out\`), \`cfslab ingest\` makes one of a recording, and whoever reads one
need not care which. Tables are Parquet files (zstd) of integers; the rest is JSON. The same contents make the same bytes.

| file | holds |
|---|---|
| \`manifest.json\` | where it comes from, and everything that it depends on |
| \`decisions.parquet\` | one row for each \`can_migrate_task()\` call |
| \`balances.parquet\` | one row for each \`load_balance()\` call |
| \`events.parquet\` | switches, wake-ups, migrations, forks and the rest, in order of time |
| \`tasks.json\` | the tasks, and the affinity masks that events refer to |
| \`domains.json\` | the sched domains of each CPU |
| \`counters.json\` | counters by name: \`/proc/schedstat\`'s as \`MC.newidle.lb_failed\`, and others |
| ${Object.keys(INSTRUMENT_TABLES).map((name) => `\`${name}.parquet\``).join(', ')} | what only an instrumented kernel records; those that have rows |

### decisions.parquet

−1 where the source does not know.

${columns(TABLES.decisions)}

### balances.parquet

${columns(TABLES.balances)}

### events.parquet

${columns(TABLES.events)}

Kinds, by number: ${EVENT_KINDS.map((kind, i) => `${i} \`${kind}\``).join(', ')}.

${wrap(docOf('sim/records/records.ts', 'EVENT_COLUMNS'))}

${Object.entries(INSTRUMENT_TABLES)
    .map(([name, list]) => `### ${name}.parquet\n\n${columns(list)}`)
    .join('\n\n')}

### manifest.json

${members('bundle/tables/contents.ts', 'Manifest')}

\`dirty\` has an entry for each kind and treatment: \`{ "kind", "treatment", "count", "first" }\`, where \`first\` tells the
line in its file or the time, ns since the first event. Treatments are dropped, inserted, sorted and kept. The kinds:

${table(['kind', 'what it is, and what is done'], Object.entries(DIRTY_KINDS).map(([kind, what]) => [code(kind), what]))}

#### run

In a capture directory the same stands in \`run.json\`, with \`"schema": 1\`.

${members('bundle/capture/measured-run.ts', 'RunFacts')}

### tasks.json

\`{ "masks": [[0, 1, …], …], "tasks": [{…}, …] }\`; a task is

${members('bundle/tables/contents.ts', 'TaskInfo')}

### domains.json

${members('bundle/tables/contents.ts', 'DomainInfo')}

## Features

The one table of what a policy can decide on (\`src/policies/features.ts\`). The simulator reads a feature from its state, the
kernel by the C expression, and a bundle holds it in a column: the three give the same integer. The expressions stand where
\`can_migrate_task()\` has done its hot test: \`p\`, \`env\` and \`tsk_cache_hot\` are in scope. The third column is the name in
table 5.3 of the thesis (see the README).

${table(
  ['feature', 'unit', 'thesis', 'range', 'in Linux 6.1', 'column'],
  FEATURES.map((f) => [code(f.name), f.unit, f.thesis === null ? '' : code(f.thesis), `${f.min}…${f.max}`, code(f.kernel), code(f.column)]),
)}

## Scenario files

JSON. Nothing may stand in one that is not in this table; what is wrong is said with its place, what was expected and what was
found. \`examples/\` has one for every generator.

${schema(ScenarioSchema, SCENARIO_WORDS)}

## Sweeps

JSON, read by \`cfslab sweep\`; \`examples/sweeps\` has some. A candidate is a value for each choice, a context a scenario with a value for
each condition, a cell a candidate in a context; a run is a cell with a seed.

${schema(SweepSchema, SWEEP_WORDS)}

### search

${table(['method', 'points', 'fields (default)'], SEARCHES.map(([name, what, fields]) => [code(name), what, fields]))}

### runs.parquet

One row for each run, in order of scenario, candidate, context, duration and seed; the same sweep makes the same bytes, wherever and in
whatever order its runs were made. Besides these columns it has one for each axis, by the knob's name, and one for each metric.

${table(['column', 'type', 'meaning'], RUNS_WORDS.map(([name, type, what]) => [code(name), type, what]))}

### results.json of a sweep

What \`cfslab sweep --json\` prints.

${members('experiment/sweep/report/document.ts', 'SweepDocument')}

${[
    ['a scenario', 'SweptScenario'], ['an axis', 'SweptAxis'], ['a context', 'SweptContext'], ['an objective', 'SweptObjective'],
    ['a candidate', 'SweptCandidate'], ['a cell', 'SweptCell'], ['a place in the Pareto front', 'SweptPlace'],
  ].map(([what, name]) => `#### ${what}\n\n${members('experiment/sweep/report/document.ts', name)}`).join('\n\n')}

#### a comparison

${members('experiment/sweep/statistics/comparisons.ts', 'Comparison')}

#### a main effect and an interaction

${members('experiment/sweep/statistics/effects.ts', 'MainEffect')}

${members('experiment/sweep/statistics/effects.ts', 'Interaction')}

#### the best, and a milestone

${members('experiment/sweep/sweep.ts', 'Best')}

${members('experiment/sweep/sweep.ts', 'Milestone')}

## Machine profiles

JSON; \`calibration/machines/\` holds those that come with cfslab.

${schema(profileSchema, PROFILE_WORDS, ['sysctl', 'features', 'costs', 'cache'])}

### topology, compact

${schema(compactSchema, COMPACT_WORDS)}

### topology, full

${schema(fullSchema, FULL_WORDS)}

### sysctl

The values in force, as a running kernel shows them. Defaults are those of 8 CPUs or more; three of them are smaller on fewer,
as in the kernel.

${knobs('sim/kernel/config.ts', 'Sysctl', sysctlSchema, defaultSysctl(8))}

### features

Scheduler features, true or false. Defaults: ${Object.entries(DEFAULT_FEATURES)
    .map(([name, on]) => `\`${on ? '' : 'NO_'}${name}\``)
    .join(', ')}.

### costs

ns. CPU time that kernel work takes, charged to the CPU that does it, unless it is called a delay.

${knobs('sim/kernel/config.ts', 'KernelCosts', costsSchema, DEFAULT_COSTS)}

### cache

The formula stands in \`src/sim/hardware/cache.ts\`.

${knobs('sim/profile.ts', 'CacheProfile', cacheSchema, DEFAULT_CACHE)}

## Repetitions

JSON, written by \`cfslab repetitions --out\`: the metrics of recordings of the same workloads under other seeds, without their events.
\`cfslab calibrate --repetitions\` takes the kernel's own spread from it; \`calibration/repetitions/\` holds what comes with cfslab.

${schema(repetitionsSchema, REPETITION_WORDS)}

## Workload programs

What a generator, the rt-app reader and the replay of a recording all write, and the simulator runs (\`src/sim/programs/program.ts\`): for
each task a program of small operations, each an opcode and two numbers, \`a\` and \`b\`. "Runs" is CPU time, ns of work at full
speed on a warm cache; sleeping is wall time.

${table(
  ['operation', 'opcode', 'does'],
  documented('sim/programs/program.ts', 'Op').map(({ name, doc }) => [code(name), String(Op[name]), doc]),
)}

### A workload

${members('sim/programs/program.ts', 'Workload')}

### What is known of the kernel at the start

${members('sim/programs/program.ts', 'StartState')}

Of a run queue (\`QueueStart\`):

${members('sim/programs/program.ts', 'QueueStart')}

### A template: what a task is born with

${members('sim/programs/program.ts', 'TaskTemplate')}

### A task group

${members('sim/programs/program.ts', 'GroupSpec')}

## Data sets

A directory, written by \`cfslab dataset\` whole or not at all: \`dataset.json\` and \`rows.parquet\` (zstd). The same recordings and
options make the same bytes. Loading refuses one whose rows are not those of its manifest, by count and by hash.

### rows.parquet

The raw integers of the features, \`int64\`, by their names, in the order of the manifest; then

${columns(ROW_COLUMNS)}

Rows of a recording stand together, in order of time. A *series* is the calls about one task, from one CPU to one other, while
the task has neither migrated nor run; with \`series: thesis\`, only while it has not migrated. A pid whose task exited, or has
run for less than before, is another task. Task 2 calls a row positive where a forced migration (result 2) of its series follows within the
window, or is this row. A negative whose series may still have gone on when the recording ended is *censored*: no migration or
exit of the task, and no row of it in another series by these rules, follows it, and the window goes beyond the end.

### dataset.json

${members('learning/dataset/manifest.ts', 'DatasetManifest')}

#### options

${members('learning/dataset/options.ts', 'DatasetOptions')}

#### sources

${members('learning/dataset/manifest.ts', 'SourceCounts')}

#### counts

${members('learning/dataset/manifest.ts', 'Counts')}

#### statistics

${members('learning/dataset/statistics.ts', 'ColumnStatistics')}

## Models

A network that was trained, as JSON (\`src/libml/model.ts\`). A file is refused where its parts do not fit each other or the features
that there are, where a program cannot be proven never to overflow, and where its hash is not that of its content.

${schema(modelSchema, MODEL_WORDS, ['programs.q16', 'programs.s11', 'programs.int8'])}

### A program: a model in integers

From raw values to the answer without floating point. Right shifts are arithmetic, towards −∞.

${schema(programSchema, PROGRAM_WORDS)}

## Trees and rules

What \`cfslab train --form tree\` and \`--form rule\` write, as JSON: baselines, beside which networks are laid. No policy runs one. A file is
refused where a feature is not known, where the tree is none, and where its hash is not that of its content.

${schema(baselineSchema, BASELINE_WORDS)}

## Checkpoints

JSON, written by \`cfslab train --checkpoint\` after each epoch, whole or not at all; \`--resume\` goes on from there, to the same bits. One of
another form, task, data set or choice of rows is refused.

${schema(checkpointSchema, CHECKPOINT_WORDS)}

### state

${schema(stateSchema, STATE_WORDS)}
`;
}

/** A column without words of its own means what the one before it does: `the same of the destination`. */
function columns(specs) {
  let meaning = '';
  return table(
    ['column', 'type', 'meaning'],
    specs.map(({ name, type, doc }) => [code(name), type, (meaning = doc === '' ? meaning : doc)]),
  );
}

/** An interface, member by member. */
function members(path, name) {
  return table(
    ['field', 'type', 'meaning'],
    documented(path, name).map(({ name: field, type, optional, doc }) => [
      code(field),
      code(type.replaceAll('readonly ', '')) + (optional ? ', optional' : ''),
      doc,
    ]),
  );
}

/** Members of an interface, each with a comment or words of its own. */
function documented(path, name) {
  return membersOf(path, name).map((member) => {
    const doc = member.doc === '' ? MEMBER_WORDS[`${name}.${member.name}`] : member.doc;
    if (doc === undefined) throw new Error(`${path}: ${name}.${member.name} has neither a comment nor words in formats-words.mjs`);
    return { ...member, doc };
  });
}

/** A schema, field by field, with the words for each; what is inside the sections `below` has a table of its own. */
function schema(given, words, below = []) {
  const fields = fieldsOf(z.toJSONSchema(given, { io: 'input' })).filter(({ path }) => !below.some((section) => path.startsWith(`${section}.`)));
  const unsaid = fields.filter(({ path }) => words[path] === undefined).map(({ path }) => path);
  const stale = Object.keys(words).filter((path) => !fields.some((field) => field.path === path));
  if (unsaid.length > 0) throw new Error(`formats-words.mjs lacks words for ${unsaid.join(', ')}`);
  if (stale.length > 0) throw new Error(`formats-words.mjs has words for ${stale.join(', ')}, which there is not`);
  return table(['field', 'type', 'default', 'meaning'], fields.map((field) => [code(field.path), field.type, defaultOf(field), words[field.path]]));
}

function defaultOf(field) {
  if (field.required) return 'needed';
  return field.default === undefined ? '' : code(JSON.stringify(field.default));
}

/** Numbers of a profile: ranges from the schema, meaning from the interface. */
function knobs(path, name, given, defaults) {
  const docs = new Map(documented(path, name).map((member) => [member.name, member.doc]));
  const fields = fieldsOf(z.toJSONSchema(given, { io: 'input' }));
  return table(['field', 'type', 'default', 'meaning'], fields.map((field) => [code(field.path), field.type, String(defaults[field.path]), docs.get(field.path)]));
}


function table(head, rows) {
  const line = (cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), `|${head.map(() => '---').join('|')}|`, ...rows.map(line)].join('\n');
}

function code(value) {
  return `\`${value}\``;
}

/** Lines of at most 120 characters. */
function wrap(paragraph) {
  const lines = [''];
  for (const word of paragraph.split(' ')) {
    const last = lines.length - 1;
    if (lines[last].length + word.length + 1 > 120) lines.push(word);
    else lines[last] = lines[last] === '' ? word : `${lines[last]} ${word}`;
  }
  return lines.join('\n');
}
