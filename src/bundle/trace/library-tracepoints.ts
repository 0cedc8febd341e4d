import type { Body } from './body.js';
import * as cfslab from './cfslab-events.js';
import * as kernel from './kernel-events.js';
import * as raw from './raw-events.js';
import * as short from './short-events.js';
import { TRACEPOINTS, type TraceEvents, type TracepointName, type TracepointTable } from './tracepoints.js';

/** What libtraceevent says before the fields of a record whose format it does not understand. */
const FAILED = '[FAILED TO PARSE] ';

type Parse<E> = (b: Body, e: E) => void;

/** Reads an event in the form in which it stands: the kernel's, or by its fields. */
function either<E>(isRaw: (b: Body) => boolean, rawForm: Parse<E>, kernelForm: Parse<E>): Parse<E> {
  return (b, e) => (b.pass(FAILED) || isRaw(b) ? rawForm(b, e) : kernelForm(b, e));
}

const endsInStructure = (b: Body): boolean => b.text.endsWith('k=0');

/**
 * The tracepoints as trace-cmd and perf print them: both use libtraceevent, which has a short form of its own for some
 * events (`short-events.ts`), prints others by the kernel's format, and falls back on the record's fields (`raw-events.ts`).
 */
const FORMS: { readonly [K in TracepointName]?: Parse<TraceEvents[K]> } = {
  sched_switch: (b, e) => {
    if (short.isShortSwitch(b)) short.parseShortSwitch(b, e);
    else if (b.text.includes(' ==> next_comm=')) kernel.parseSwitch(b, e);
    else raw.parseRawSwitch(b, e);
  },
  sched_wakeup: wakeup,
  sched_wakeup_new: wakeup,
  sched_waking: wakeup,
  sched_process_fork: either((b) => b.startsWith('parent_comm='), raw.parseRawFork, kernel.parseFork),
  tracing_mark_write: either((b) => b.startsWith('ip='), raw.parseRawMark, parsePrint),
  cfslab_can_migrate: either((b) => b.text.includes(' clock_task='), raw.parseRawCanMigrate, cfslab.parseCanMigrate),
  cfslab_load_balance: either((b) => !b.startsWith('dst='), raw.parseRawLoadBalance, cfslab.parseLoadBalance),
  cfslab_find_busiest: either((b) => !b.startsWith('dst='), raw.parseRawFindBusiest, cfslab.parseFindBusiest),
  cfslab_select_rq: either(endsInStructure, raw.parseRawStructure, cfslab.parseSelectRq),
  cfslab_preempt: either(endsInStructure, raw.parseRawStructure, cfslab.parsePreempt),
  cfslab_tick: either(endsInStructure, raw.parseRawStructure, cfslab.parseTick),
  cfslab_newidle: either(endsInStructure, raw.parseRawStructure, cfslab.parseNewidle),
  cfslab_nohz_kick: raw.parseRawNohzKick,
  cfslab_throttle: either((b) => !b.text.includes(' hnr='), raw.parseRawThrottle, cfslab.parseThrottle),
};

export const LIBRARY_TRACEPOINTS: TracepointTable = Object.fromEntries(
  (Object.keys(TRACEPOINTS) as TracepointName[]).map((name) => {
    const { create, parse } = TRACEPOINTS[name];
    return [name, { create, parse: FORMS[name] ?? parse }];
  }),
) as unknown as TracepointTable;

function wakeup(b: Body, e: kernel.Wakeup): void {
  if (short.isShortWakeup(b)) short.parseShortWakeup(b, e);
  else kernel.parseWakeup(b, e);
}

/** print: `tracing_mark_write: text`, the name being that of the function that wrote it. */
function parsePrint(b: Body, e: kernel.Mark): void {
  const colon = b.text.indexOf(': ', b.begin);
  if (colon < 0) b.fail('print');
  e.text = b.text.slice(colon + 2);
}
