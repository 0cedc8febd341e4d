import { CANNOT_KNOW, CAN_KNOW, KPROBE_LIMITS } from './limits.js';
import { eventOf, type CaptureScriptOptions } from './options.js';
import { PERF, TRACEFS, TRACE_CMD } from './recorders.js';
import { FACTS, FRAME } from './sections.js';

/**
 * The POSIX shell script that records a capture directory on the machine that it is run on, as root. It is plain text with
 * the options written into variables at its top: nothing of what a user gives gets into a command but names that were
 * checked (`isEventName`) and numbers.
 */
export function captureScript(options: CaptureScriptOptions): string {
  const { tool, seconds, events, bufferMiB, kprobes } = options;
  const recorder = { tracefs: TRACEFS, 'trace-cmd': TRACE_CMD, perf: PERF }[tool];
  const list = events.map((text) => {
    const { system, name } = eventOf(text);
    return tool === 'tracefs' ? `${system}/${name}` : `${system}:${name}`;
  });
  const settings = [
    `TOOL=${tool}`,
    `SECONDS_TO_RECORD=${seconds}`,
    `BUFFER_KB=${bufferMiB * 1024}`,
    `KPROBES=${kprobes ? 1 : 0}`,
    `EVENTS="${list.join(' ')}"`,
  ];
  return ['#!/bin/sh', ...header(options), '', ...settings, FRAME, FACTS, recorder, MAIN].join('\n');
}

function header({ tool, kprobes }: CaptureScriptOptions): string[] {
  const items = (title: string, lines: readonly string[]): string[] => {
    return [`# ${title}`, ...lines.map((line) => `#  - ${line}`)];
  };
  return [
    `# Records scheduler events of this machine with ${tool}, as a capture directory for "cfslab ingest".`,
    '# Use: sh SCRIPT DIRECTORY [COMMAND [ARGUMENT...]]   as root; records while COMMAND runs, else for some seconds.',
    '# It puts back every setting that it changes, also when it is interrupted.',
    '# The clock is mono: one clock for all CPUs (the default, local, is not), and the one that perf and programs can read.',
    '#',
    ...items('On a kernel without instrumentation, the trace tells', CAN_KNOW),
    ...items('and does not tell', CANNOT_KNOW),
    ...(kprobes ? items('The kprobes add answers, within these limits', KPROBE_LIMITS) : []),
  ];
}

const MAIN = `
facts
snapshot before
record "$@"
snapshot after
manifest
# Whoever called sudo shall be able to read it.
[ -z "\${SUDO_UID:-}" ] || chown -R "$SUDO_UID:\${SUDO_GID:-}" "$OUT"
settled=1
echo "cfslab: $OUT is a capture directory now" >&2
`;
