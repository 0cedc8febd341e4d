import { isEventKey, readEvent } from './events.js';
import { Field } from './fields.js';
import { parseJson } from './json.js';
import type { RtEvent, RtFile, RtPhase, RtSettings, RtTask } from './model.js';
import { readPolicy, readSetting, settingsOf, type Writable } from './settings.js';

/** Threads that a file may ask for. */
const THREADS_MAX = 4096;

/** Keys of `global` that say how rt-app logs and measures, which a simulation does not need to know. */
const IGNORED = [
  'calibration',
  'lock_pages',
  'logdir',
  'log_basename',
  'log_size',
  'ftrace',
  'gnuplot',
  'io_device',
  'mem_buffer_size',
  'cumulative_slack',
  'pi_enabled',
  'frag',
  'fragment',
];

/**
 * Reads the text of an rt-app file.
 *
 * @param file named in errors
 * @param cpus number of CPUs of the machine
 * @throws InputError that names what is wrong and where
 */
export function readFile(text: string, file: string, cpus: number): RtFile {
  const root = new Field(file, '', parseJson(text, file));
  const notes: string[] = [];
  let global: Field | undefined;
  let tasks: Field | undefined;
  for (const [key, field] of root.fields()) {
    if (key === 'global') global = field;
    else if (key === 'tasks') tasks = field;
    else if (key === 'resources') notes.push('resources: not needed, rt-app finds them in the tasks itself');
    else field.fail('"tasks", "global" or "resources"', key);
  }
  if (tasks === undefined) return root.fail('an object "tasks"', 'none');
  const { durationNs, policy } = readGlobal(global, notes);
  const read = tasks.fields().map(([name, field]) => readTask(name, field, cpus, policy, notes));
  if (read.length === 0) tasks.fail('at least one task', 'none');
  let threads = 0;
  for (const task of read) threads += task.instances;
  if (threads < 1 || threads > THREADS_MAX) tasks.fail(`1…${THREADS_MAX} threads ("instance") in all`, `${threads}`);
  return { durationNs, tasks: read, notes: [...new Set(notes)] };
}

interface Global {
  readonly durationNs: number | null;
  /** default_policy */
  readonly policy: number;
}

function readGlobal(global: Field | undefined, notes: string[]): Global {
  let durationNs: number | null = null;
  let policy = 0;
  for (const [key, field] of global?.fields() ?? []) {
    if (key === 'duration') {
      const seconds = field.integer(-1, 1_000_000, 'a duration in seconds within 1…1000000, or −1 for none');
      durationNs = seconds > 0 ? seconds * 1_000_000_000 : null;
    } else if (key === 'default_policy') policy = readPolicy(field);
    else if (IGNORED.includes(key)) noteIgnored(key, field, notes);
    else field.fail(`one of duration, default_policy, ${IGNORED.join(', ')}`, key);
  }
  return { durationNs, policy };
}

function noteIgnored(key: string, field: Field, notes: string[]): void {
  const { json } = field;
  if (key === 'calibration') notes.push('global.calibration: ignored, 1 µs of "run" is 1 µs on a CPU of full capacity');
  else if (key === 'pi_enabled' && json.kind === 'boolean' && json.value) {
    notes.push('global.pi_enabled: ignored, priority inheritance is not simulated');
  } else notes.push(`global.${key}: ignored`);
}

function readTask(name: string, at: Field, cpus: number, policy: number, notes: string[]): RtTask {
  if (name === '') at.fail('a task with a name', 'an empty one');
  const settings: Partial<Writable<RtSettings>> = {};
  const events: RtEvent[] = [];
  const nested: (readonly [string, Field])[] = [];
  let phases: Field | undefined;
  let [instances, delayNs] = [1, 0];
  let loop: number | null | undefined;
  for (const [key, field] of at.fields()) {
    if (key === 'instance') instances = field.integer(0, THREADS_MAX);
    else if (key === 'delay') delayNs = field.microseconds();
    else if (key === 'loop') loop = field.rounds();
    else if (key === 'phases') phases = field;
    else if (readSetting(key, field, settings, cpus)) continue;
    else if (isEventKey(key)) events.push(noted(readEvent(key, field, name), key, notes));
    else if (field.json.kind === 'object') nested.push([key, field]);
    else field.fail('an event, a phase or a property of a task', key);
  }
  const own: RtSettings = { ...settingsOf(settings), policy: settings.policy ?? policy };
  const base = { name, at, instances, delayNs, settings: own };
  const given = phases?.fields() ?? nested;
  if (given.length === 0) {
    if (phases !== undefined) phases.fail('at least one phase', 'none');
    if (events.length === 0) at.fail('at least one event', 'none');
    // Without phases the task is its own phase, and "loop" is the phase's.
    const phase = { at, settings: settingsOf({}), loop: loop ?? null, events };
    return { ...base, loop: loop === undefined ? null : 1, phases: [phase] };
  }
  if (events.length > 0) events[0]!.at.fail('no event beside phases', 'one');
  if (phases !== undefined && nested.length > 0) nested[0]![1].fail('no phase outside "phases"', nested[0]![0]);
  const read = given.map(([, field]) => readPhase(field, name, cpus, notes));
  return { ...base, loop: loop ?? null, phases: read };
}

function readPhase(at: Field, task: string, cpus: number, notes: string[]): RtPhase {
  const settings: Partial<Writable<RtSettings>> = {};
  const events: RtEvent[] = [];
  let loop: number | null = 1;
  for (const [key, field] of at.fields()) {
    if (key === 'loop') loop = field.rounds();
    else if (readSetting(key, field, settings, cpus)) continue;
    else if (isEventKey(key)) events.push(noted(readEvent(key, field, task), key, notes));
    else field.fail('an event or a property of a phase', key);
  }
  if (events.length === 0) at.fail('at least one event', 'none');
  return { at, settings: settingsOf(settings), loop, events };
}

function noted(event: RtEvent, key: string, notes: string[]): RtEvent {
  if (key.startsWith('runtime')) notes.push('runtime: taken as run; time in which the task is not on a CPU does not count');
  return event;
}
