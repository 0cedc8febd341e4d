import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readCapture } from '../../../src/bundle/capture/capture.js';
import type { BundleContents } from '../../../src/bundle/tables/contents.js';
import { InputError } from '../../../src/input/error.js';
import { EVENT_KINDS } from '../../../src/sim/records/records.js';
import { checkWorkload } from '../../../src/workloads/check.js';
import { extractWithLog, extractWorkload } from '../../../src/workloads/replay/extract.js';
import type { Extraction, ReplayOptions } from '../../../src/workloads/replay/options.js';
import { execute } from './support/executor.js';
import { runTimes, tokenBalance } from './support/programs.js';

/** The captures shipped with the project, and those that lie beside it where there are any. */
const root = fileURLToPath(new URL('../../../', import.meta.url));
const captures = [join(root, 'calibration/captures'), join(root, '../shared/captures')]
  .filter((folder) => existsSync(folder))
  .flatMap((folder) => readdirSync(folder).sort((x, y) => (x < y ? -1 : 1)).map((name) => join(folder, name)))
  .filter((folder) => existsSync(join(folder, 'trace.txt.gz')));
/** Captures for learning hold no switches. */
const full = captures.filter((folder) => !/-ml(-|$)/.test(folder));
const learning = captures.filter((folder) => /-ml(-|$)/.test(folder));

const SWITCH = EVENT_KINDS.indexOf('switch');
/** CPU time of an extraction, whoever else is at work on the machine. */
const LIMIT_MS = 2000;

/** CPU time by pid, straight from the switches. */
function measured({ tables: { events } }: BundleContents): Map<number, number> {
  const { ts, cpu, kind, pid, a } = events.columns as Record<string, ArrayLike<number>>;
  const since: number[] = [];
  const running: number[] = [];
  const times = new Map<number, number>();
  const credit = (who: number, ns: number): unknown => times.set(who, (times.get(who) ?? 0) + ns);
  for (let row = 0; row < events.rows; row++) {
    if (kind![row] !== SWITCH) continue;
    const at = cpu![row]!;
    credit(a![row]!, ts![row]! - (since[at] ?? ts![0]!));
    since[at] = ts![row]!;
    running[at] = pid![row]!;
  }
  for (const [at, who] of running.entries()) if (who !== undefined) credit(who, ts![events.rows - 1]! - since[at]!);
  return times;
}

/** Without what the extraction infers of barriers, messages and endings. */
function literally(contents: BundleContents, options: ReplayOptions = {}): Extraction {
  return extractWithLog(contents, options, true).extraction;
}

describe('the workload of a real capture', () => {
  for (const folder of full) {
    it(`keeps CPU times, balances its tokens and runs to its end: ${relative(root, folder)}`, async () => {
      const contents = await readCapture(folder);
      const start = process.cpuUsage();
      const { workload, stats, cpus, durationNs } = literally(contents);
      expect(process.cpuUsage(start).user / 1000).toBeLessThan(LIMIT_MS);
      checkWorkload(workload, cpus);
      expect(durationNs).toBeGreaterThan(0);

      const times = measured(contents);
      const replayed = runTimes(workload);
      for (const [row, { pid }] of workload.templates.entries()) {
        expect([pid, replayed[row]]).toEqual([pid, times.get(pid!) ?? 0]);
      }
      expect(stats).toMatchObject({ runNs: stats.cpuNs, contradictions: 0, wakesUnknown: 0 });
      expect(stats.cpuNs).toBeGreaterThan(0);

      expect(tokenBalance(workload).every((left) => left === 0)).toBe(true);
      expect(execute(workload)).toMatchObject({ born: stats.tasks, exited: stats.tasks, left: 0, runNs: stats.runNs });
      expect(stats.exits).toBe(stats.tasks - stats.backgroundTasks - stats.unfinishedTasks);

      const again = literally(contents).workload;
      for (const part of ['code', 'a', 'b'] as const) {
        expect(Buffer.compare(Buffer.from(again.program[part].buffer), Buffer.from(workload.program[part].buffer))).toBe(0);
      }
      expect({ ...again, program: null }).toEqual({ ...workload, program: null });

      const cheaper = literally(contents, { switchCostNs: 1000, wakeupCostNs: 500, forkCostNs: 5000 });
      expect(cheaper.stats.subtractedNs).toBeGreaterThan(0);
      expect(cheaper.stats.runNs + cheaper.stats.subtractedNs).toBe(stats.cpuNs);
      expect(execute(cheaper.workload)).toMatchObject({ exited: stats.tasks, left: 0 });

      // What is inferred keeps to the rules of programs.
      checkWorkload(extractWorkload(contents).workload, cpus);
    });
  }

  it('is refused where the capture holds no switches', async () => {
    const folder = learning[0];
    if (folder === undefined) return;
    const contents = await readCapture(folder);
    expect(() => extractWorkload(contents)).toThrow(InputError);
    expect(() => extractWorkload(contents)).toThrow('expected a capture with sched_switch events, found none among');
  });
});
