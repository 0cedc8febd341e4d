import { describe, expect, it } from 'vitest';
import { LinePrefix, lexFtracePrefix } from '../../../src/bundle/trace/prefix.js';

function lex(line: string) {
  const p = new LinePrefix();
  if (!lexFtracePrefix(line, p)) return null;
  return {
    comm: line.slice(p.commStart, p.commEnd),
    pid: p.pid,
    cpu: p.cpu,
    time: [p.seconds, p.nanoseconds, p.resolutionNs],
    irq: p.inInterrupt,
    event: line.slice(p.eventStart, p.eventEnd),
    body: line.slice(p.bodyStart),
  };
}

describe('lexFtracePrefix', () => {
  it('reads a line of a capture', () => {
    expect(lex('            init-1       [002] .....   1748941749: sched_process_fork: comm=init pid=1 child_comm=init ' +
      'child_pid=263')).toEqual({
      comm: 'init', pid: 1, cpu: 2, time: [1, 748_941_749, 1], irq: false, event: 'sched_process_fork',
      body: 'comm=init pid=1 child_comm=init child_pid=263',
    });
  });

  it('tells interrupts from the rest', () => {
    const line = (flags: string): string => `          <idle>-0       [002] ${flags}   1749126025: cfslab_place: cpu=2`;
    expect(['d.h..', 'dNh..', '..s..', 'dNH..', 'd.Z..'].map((flags) => lex(line(flags))?.irq)).toEqual([true, true, true,
      true, true]);
    expect(['d....', '.....', 'dN...', 'd..1.'].map((flags) => lex(line(flags))?.irq)).toEqual([false, false, false, false]);
  });

  it('reads seconds with six or nine digits, with and without flags or a thread group', () => {
    expect(lex('  bash-1977  [000] d..2. 17284.993652: sched_waking: comm=x')?.time).toEqual([17_284, 993_652_000, 1000]);
    expect(lex('  bash-1977  [000] d..2. 17284.993652123: sched_waking: comm=x')?.time).toEqual([17_284, 993_652_123, 1]);
    expect(lex('  bash-1977  [000] 17284.993652: sched_waking: comm=x')).toMatchObject({ pid: 1977, event: 'sched_waking',
      irq: false });
    expect(lex('  bash-1977  (   1977) [063] .... 17284.993652: sched_waking: comm=x')).toMatchObject({ pid: 1977, cpu: 63,
      comm: 'bash' });
    expect(lex('  bash-1977  (-----) [063] .... 17284.993652: sched_waking: comm=x')).toMatchObject({ pid: 1977, cpu: 63,
      comm: 'bash' });
  });

  it('keeps time stamps that pass 2^53 ns apart to the nanosecond', () => {
    expect(lex('  x-1  [000] ..... 18446744073709551615: a: b')?.time).toEqual([18_446_744_073, 709_551_615, 1]);
  });

  it('says what the line does not tell: flags, and the rate of a clock that counts', () => {
    const tells = (line: string): unknown => {
      const p = new LinePrefix();
      expect(lexFtracePrefix(line, p)).toBe(true);
      return [p.hasFlags, p.rawClock];
    };
    expect(tells('  <idle>-0     [002] d.h..   1749126025: cfslab_place: cpu=2')).toEqual([true, true]);
    expect(tells('  <idle>-0     [002] 17284.993652: cfslab_place: cpu=2')).toEqual([false, false]);
    expect(tells('  <idle>-0     [002] 7: cfslab_place: cpu=2')).toEqual([false, true]);
    expect(tells('  <idle>-0     [002] dNh5. 17284.993652123: cfslab_place: cpu=2')).toEqual([true, false]);
  });

  it('looks for no prefix far into a line', () => {
    const line = `${'x'.repeat(300)}-263     [004] d....   1749122140: sched_waking: comm=init`;
    expect(lex(line)).toBeNull();
    expect(lex(line.slice(100))).toMatchObject({ pid: 263 });
  });

  it.each([
    'my prog', ':-1', 'kworker/u16:3-e', 'a-b-c', 'a=b pid=7', 'x]', '[x]', '[000]', 'x-1 [000]', 'x-1 [000] ',
      'a: b: c', '(x)', 'a-1 [000] 5:',
      '-1', '<...>', '12345-678',
  ])('finds its way past the comm %j', (comm) => {
    const line = `${comm.padStart(16)}-263     [004] d....   1749122140: sched_waking: comm=init pid=1 prio=120 ` +
      `target_cpu=002`;
    expect(lex(line)).toMatchObject({ pid: 263, cpu: 4, event: 'sched_waking', comm: comm.trimStart() });
  });

  it.each([
    '', '# tracer: nop', 'CPU:2 [LOST 12 EVENTS]', 'init-1', 'init-1 [002]', 'init-1 [002] d....',
      'init-1 [002] d.... 17x: a: b',
    'init-1 [002] d.... 17: a b', 'init [002] d.... 17: a: b', 'init-1 [00x] d.... 17: a: b',
      'init-1 [002] d.... 17.12: a: b',
    'init-1[002] d.... 17: a: b', 'init-1 [002]d.... 17: a: b', '-1 [002] d.... : a: b', 'init-1 [99999] d.... 17: a: b',
  ])('takes %j for no event', (line) => {
    expect(lex(line)).toBeNull();
  });
});
