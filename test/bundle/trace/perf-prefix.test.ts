import { describe, expect, it } from 'vitest';
import { lexPerfPrefix } from '../../../src/bundle/trace/perf-prefix.js';
import { LinePrefix } from '../../../src/bundle/trace/prefix.js';

function lex(line: string) {
  const p = new LinePrefix();
  if (!lexPerfPrefix(line, p)) return null;
  return {
    comm: line.slice(p.commStart, p.commEnd),
    pid: p.pid,
    cpu: p.cpu,
    time: [p.seconds, p.nanoseconds, p.resolutionNs],
    event: line.slice(p.eventStart, p.eventEnd),
    body: line.slice(p.bodyStart),
  };
}

describe('lexPerfPrefix', () => {
  it('reads a line of perf script --ns', () => {
    expect(lex('     migration/0    18 [000]  8552.852328238:       sched:sched_waking: comm=perf pid=17606 prio=120 ' +
      'target_cpu=000'))
      .toEqual({
        comm: 'migration/0', pid: 18, cpu: 0, time: [8552, 852_328_238, 1], event: 'sched_waking',
        body: 'comm=perf pid=17606 prio=120 target_cpu=000',
      });
  });

  it('reads microseconds, a pid before the tid, and a period', () => {
    expect(lex('  perf 17606 [001] 8552.852328: sched:sched_switch: x')?.time).toEqual([8552, 852_328_000, 1000]);
    expect(lex('  perf 17606/17607 [063] 8552.852328: sched:sched_switch: x')).toMatchObject({ comm: 'perf', pid: 17_607,
      cpu: 63 });
    expect(lex('  perf 17606/17607   [063] 8552.852328:          1 sched:sched_switch: ' +
      'x')).toMatchObject({ event: 'sched_switch',
      body: 'x' });
    expect(lex('  perf    1 [001]     0.000000001: ftrace:print: tracing_mark_write: x: y')).toMatchObject({ event: 'print',
      time: [0, 1, 1], body: 'tracing_mark_write: x: y' });
  });

  it('says −1 of a task that perf has lost', () => {
    expect(lex('             :-1    -1 [000]  8550.624191074:       sched:sched_switch: x')).toMatchObject({ pid: -1,
      comm: ':-1' });
    expect(lex('             :-1    -1/-1    [000]  8550.624191074:       sched:sched_switch: ' +
      'x')).toMatchObject({ pid: -1, comm: ':-1' });
    expect(lex('           :4711  4711 [000]  8550.624191074:       sched:sched_switch: x')).toMatchObject({ pid: 4711,
      comm: ':4711' });
  });

  it.each(['my prog', 'a-b', 'x]', '[x]', '[000]', 'x 1 [000]', 'a: b: c', '(x)', '1 [0] 1.000000:', '12', '-1', '<...>',
    'kworker/1:1H-kb', 'a/b 3/4'])('finds its way past the comm %j', (comm) => {
    const line = `${comm.padStart(16)} 17499 [004]  8553.248977934:       sched:sched_switch: prev_comm=a`;
    expect(lex(line)).toMatchObject({ comm, pid: 17_499, cpu: 4, event: 'sched_switch', body: 'prev_comm=a' });
  });

  it.each([
    '', '# captured on: x', 'perf', 'perf 1', 'perf 1 [000]', 'perf 1 [000] 8.123456:', 'perf 1 [000] 8.123456: sched',
    'perf 1 [000] 8.123456: sched:', 'perf 1 [000] 8.123456: sched: sched_switch: x', 'perf 1 [000] 8.12345: sched:a: x',
    'perf 1 [000] 8123456: sched:a: x', 'perf-1 [000] 8.123456: sched:a: x', 'perf 1[000] 8.123456: sched:a: x',
    'perf 1 [0x0] 8.123456: sched:a: x', 'perf x [000] 8.123456: sched:a: x', 'perf /1 [000] 8.123456: sched:a: x',
    'perf 1 [99999] 8.123456: sched:a: x', 'perf 1 [000] 8.123456: 1 2 sched:a: x',
    '\tffffffff81a2b3c4 schedule+0x44 ([kernel.kallsyms])',
  ])('takes %j for no event', (line) => {
    expect(lex(line)).toBeNull();
  });
});
