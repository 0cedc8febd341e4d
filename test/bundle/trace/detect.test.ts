import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { detectFormat } from '../../../src/bundle/trace/detect.js';
import { InputError } from '../../../src/input/error.js';
import { FORMATS_DIR } from './collect.js';

let dir = '';
beforeAll(() => void (dir = mkdtempSync(join(tmpdir(), 'cfslab-detect-'))));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

function detect(contents: string | Uint8Array): Promise<string> {
  const path = join(dir, 'trace');
  writeFileSync(path, contents);
  return detectFormat(path);
}

const FTRACE = '          bash-1977    [000] d..2. 17284.993652: sched_waking: comm=kworker/u2:1 pid=19 prio=120 ' +
  'target_cpu=000\n';
const REPORT = '          bash-1977  [000] 17284.993652: sched_waking:         comm=kworker/u2:1 pid=19 prio=120 ' +
  'target_cpu=000\n';
const PERF = '            bash  1977 [000] 17284.993652: sched:sched_waking: comm=kworker/u2:1 pid=19 prio=120 ' +
  'target_cpu=000\n';
const LOST_TASK = '             :-1    -1 [000]  8550.624191:       sched:sched_switch: prev_comm=a prev_pid=1 ' +
  'prev_prio=120 prev_state=X ' +
  '==> next_comm=b next_pid=2 next_prio=120\n';
const ALIKE = '          bash-1977  [000] 17284.993652: sched_kthread_work_queue_work: work\n';

describe('detectFormat', () => {
  it.each([
    ['ftrace', FTRACE], ['ftrace', FTRACE.replace('d..2. ', '')], ['ftrace', FTRACE.replace('17284.993652', '17284993652')],
    ['ftrace', FTRACE.replace('   [000]', ' (   1977) [000]')], ['ftrace', '# tracer: nop\n#\n'], ['ftrace',
      `# tracer: nop\n${ALIKE}`],
    ['ftrace', '          bash-1977  [000] 17284.993652: tracing_mark_write:   spaces first\n'],
    ['ftrace', `CPU:3 [LOST 17 EVENTS]\n${FTRACE}`], ['ftrace', `garbage\n\n${FTRACE}`], ['ftrace', FTRACE.trimEnd()],
    ['ftrace', `${ALIKE}${FTRACE}`], ['ftrace', FTRACE.replaceAll('\n', '\r\n')],
    ['trace-cmd', REPORT], ['trace-cmd', REPORT.replace('.993652', '.993652123')], ['trace-cmd', `cpus=2\n${ALIKE}`],
    ['trace-cmd', `version = 7\nCPU 1 is empty\ncpus=2\n${REPORT}`], ['trace-cmd', REPORT.replace('[000]', '[000] d..2.')],
    ['perf-script', PERF], ['perf-script', PERF.replace('.993652', '.993652123')], ['perf-script', LOST_TASK],
    ['perf-script', `# ========\n# captured on    : Sat Nov 21 2026\n# ========\n#\n${PERF}`],
    ['perf-script', PERF.replace(' 1977 ', ' 1977/1977 ')],
  ])('finds %s in %j', async (format, text) => {
    expect(await detect(text)).toBe(format);
    expect(await detect(gzipSync(text))).toBe(format);
  });

  it('finds it in a packed extract, and in one that is cut', async () => {
    const packed = readFileSync(join(FORMATS_DIR, 'zstd-6.18.perf-script.txt.zst'));
    expect(await detect(packed)).toBe('perf-script');
    const report = gzipSync(readFileSync(join(FORMATS_DIR, 'hackbench-6.1.trace-cmd-report.txt')));
    expect(await detect(report.subarray(0, report.length / 2))).toBe('trace-cmd');
  });

  it('lists what it may be where that cannot be told', async () => {
    const error = await detect(ALIKE).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(InputError);
    const { message } = error as Error;
    expect(message).toContain('it may be ftrace or trace-cmd: name the one), found lines that all of these print alike');
  });

  it.each([[FTRACE + REPORT, 'ftrace and of trace-cmd'], [FTRACE + PERF, 'ftrace and of perf-script'],
    [`cpus=2\n${FTRACE}`, 'ftrace and of trace-cmd'], [FTRACE + REPORT + PERF, 'ftrace and of trace-cmd and of perf-script'],
    [`${FTRACE.repeat(40)}${LOST_TASK}`, 'ftrace and of perf-script']])('refuses a mixture of formats', async (text,
      which) => {
    await expect(detect(text)).rejects.toThrow(`found lines of ${which}`);
    await expect(detect(text)).rejects.toThrow(InputError);
  });

  it('takes a line in a hundred for a damaged one', async () => {
    expect(await detect(`${FTRACE.repeat(60)}${REPORT}${FTRACE.repeat(60)}`)).toBe('ftrace');
    expect(await detect(`${REPORT.repeat(60)}${PERF}${REPORT.repeat(60)}`)).toBe('trace-cmd');
  });

  it.each([
    ['', 'found an empty file'], ['\n\n', 'found empty lines'], ['ts,src_cpu,dst_cpu\n1,2,3\n', 'found ts,src_cpu,dst_cpu'],
    ['some words\n', 'line 1: expected a trace in one of the formats ftrace (the text of tracefs trace or trace_pipe), ' +
      'trace-cmd'],
    [Uint8Array.from({ length: 4096 }, (_, i) => (i * 7919) % 256), 'found binary data'],
    ['\x17\x08\x44tracing\x006\0', 'found a trace.dat (trace-cmd report prints it)'], ['PERFILE2\x68\0',
      'found a perf.data'],
    ['BZh91AY&SY', 'found a bzip2 archive'], ['PAR1', 'found a Parquet file'],
  ])('names what it finds in place of a trace: %#', async (contents, message) => {
    await expect(detect(contents)).rejects.toThrow(message);
    await expect(detect(contents)).rejects.toThrow(InputError);
  });

  it('says so where there is no file', async () => {
    await expect(detectFormat(join(dir, 'none'))).rejects.toThrow('expected a trace, found nothing of that name');
    await expect(detectFormat(dir)).rejects.toThrow('found a directory');
  });
});
