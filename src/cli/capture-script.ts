import { chmodSync } from 'node:fs';
import { InputError } from '../input/error.js';
import { writeFileAtomic } from '../input/atomic.js';
import { CANNOT_KNOW, CAN_KNOW, KPROBE_LIMITS } from '../bundle/capture-script/limits.js';
import { DEFAULTS, isEventName, TOOLS, type Tool } from '../bundle/capture-script/options.js';
import { captureScript } from '../bundle/capture-script/script.js';
import { flag, integer, list, text } from './options.js';
import { wrap } from './table.js';
import type { Verb } from './verb.js';

const items = (lines: readonly string[]): string => lines.map((line) => wrap(`- ${line}`)).join('\n');

export const captureScriptVerb: Verb = {
  help:
    'Run it there as root: sh SCRIPT DIRECTORY [COMMAND...]. It puts back every setting that it changes.\n\n' +
    `A kernel without instrumentation tells\n${items(CAN_KNOW)}\nand does not tell\n${items(CANNOT_KNOW)}\n` +
    `--kprobes adds answers of can_migrate_task() and load_balance():\n${items(KPROBE_LIMITS)}`,
  options: [
    {
      flags: '--tool <tracefs|trace-cmd|perf>',
      doc: `what records: tracefs needs no program; the others keep ns (${DEFAULTS.tool})`,
    },
    { flags: '--seconds <n>', doc: `how long, where no command is given (${DEFAULTS.seconds})` },
    { flags: '--events <list>', doc: 'other events than those of a workload: sched_switch,irq:softirq_entry' },
    { flags: '--buffer <mib>', doc: `trace buffer of each CPU, MiB (${DEFAULTS.bufferMiB})` },
    { flags: '--kprobes', doc: 'also answers of can_migrate_task() and load_balance() (tracefs)' },
    { flags: '--out <file>', doc: 'write the script to a file' },
  ],
  run(input, io) {
    const tool = text(input, 'tool') ?? DEFAULTS.tool;
    if (!(TOOLS as readonly string[]).includes(tool)) throw new InputError('--tool', '', TOOLS.join(', '), tool);
    const kprobes = flag(input, 'kprobes');
    if (kprobes && tool !== 'tracefs') throw new InputError('--kprobes', '', 'the tool tracefs', tool);
    const events = list(input, 'events') ?? DEFAULTS.events;
    const wrong = events.find((event) => !isEventName(event));
    if (wrong !== undefined) throw new InputError('--events', '', 'names of events: sched_switch, irq:softirq_entry', wrong);
    const script = captureScript({
      tool: tool as Tool,
      seconds: integer(input, 'seconds', 1, 86_400) ?? DEFAULTS.seconds,
      events,
      bufferMiB: integer(input, 'buffer', 1, 65_536) ?? DEFAULTS.bufferMiB,
      kprobes,
    });
    const out = text(input, 'out');
    if (out === undefined) {
      io.out(script);
      return 0;
    }
    writeFileAtomic(out, script);
    chmodSync(out, 0o755);
    io.err(`${out}: run it as root: sh ${out} DIRECTORY [COMMAND...]\n`);
    return 0;
  },
};
