import type { Field } from './fields.js';
import type { RtEvent } from './model.js';

/** Key prefixes of events, longer ones before those that they begin with. */
const EVENTS: readonly (readonly [string, (at: Field, task: string) => RtEvent])[] = [
  ['runtime', (at) => ({ kind: 'run', at, ns: at.microseconds() })],
  ['run', (at) => ({ kind: 'run', at, ns: at.microseconds() })],
  ['sleep', (at) => ({ kind: 'sleep', at, ns: at.microseconds() })],
  ['timer', readTimer],
  ['lock', (at) => ({ kind: 'lock', at, mutex: at.name() })],
  ['unlock', (at) => ({ kind: 'unlock', at, mutex: at.name() })],
  ['wait', (at) => ({ kind: 'wait', at, ...readMeeting(at) })],
  ['sync', (at) => ({ kind: 'sync', at, ...readMeeting(at) })],
  ['signal', (at) => ({ kind: 'signal', at, ref: at.name() })],
  ['broad', (at) => ({ kind: 'broad', at, ref: at.name() })],
  // An empty name is the task's own.
  ['suspend', (at, task) => ({ kind: 'suspend', at, ref: at.string() || task })],
  ['resume', (at) => ({ kind: 'resume', at, ref: at.name() })],
  ['barrier', (at) => ({ kind: 'barrier', at, barrier: at.name() })],
  ['fork', (at) => ({ kind: 'fork', at, task: at.name() })],
  ['yield', readYield],
  ['mem', (at) => at.fail('no memory event: what it costs is not known to the simulator (write it as "run")', 'mem')],
  ['iorun', (at) => at.fail('no I/O event: devices are not simulated (write it as "run" and "sleep")', 'iorun')],
];

/** Whether rt-app takes a key for an event: it looks at how the key begins. */
export function isEventKey(key: string): boolean {
  return EVENTS.some(([prefix]) => key.startsWith(prefix));
}

/** @param key one that `isEventKey` takes @param task the name of the task that it stands in */
export function readEvent(key: string, at: Field, task: string): RtEvent {
  return EVENTS.find(([prefix]) => key.startsWith(prefix))![1](at, task);
}

function readTimer(at: Field): RtEvent {
  let ref: string | undefined;
  let periodNs: number | undefined;
  let absolute = false;
  for (const [key, field] of at.fields()) {
    if (key === 'ref') ref = field.name();
    else if (key === 'period') periodNs = field.microseconds(1);
    else if (key === 'mode') {
      const mode = field.string();
      if (mode !== 'absolute' && mode !== 'relative') field.fail('"relative" or "absolute"');
      absolute = mode === 'absolute';
    } else field.fail('"ref", "period" or "mode"', key);
  }
  if (periodNs === undefined) return at.fail('a timer with a "period" in µs', 'none');
  return { kind: 'timer', at, ref: ref ?? 'unknown', periodNs, absolute };
}

function readMeeting(at: Field): { readonly ref: string; readonly mutex: string } {
  let ref: string | undefined;
  let mutex: string | undefined;
  for (const [key, field] of at.fields()) {
    if (key === 'ref') ref = field.name();
    else if (key === 'mutex') mutex = field.name();
    else field.fail('"ref" or "mutex"', key);
  }
  if (ref === undefined) return at.fail('a "ref" to wait for', 'none');
  if (mutex === undefined) return at.fail('a "mutex" to give back while waiting', 'none');
  return { ref, mutex };
}

function readYield(at: Field): RtEvent {
  if (at.json.kind === 'object' || at.json.kind === 'array') at.fail('a string (it may be empty)');
  return { kind: 'yield', at };
}
