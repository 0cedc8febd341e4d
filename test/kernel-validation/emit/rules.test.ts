import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pageOfRule, writePage } from '../../../src/kernel-validation/page/index.js';
import type { RuleName } from '../../../src/kernel-validation/page/layout.js';
import { roleOf, type Task } from '../../../src/policies/neural/roles.js';
import { createPolicy } from '../../../src/policies/registry.js';
import type { MigrationContext } from '../../../src/sim/policy/policy.js';
import { GCC_IS_LACKING } from '../../support/compiled-programs.js';
import { somePage } from '../../support/feature-networks.js';
import { askPolicy, compilePolicy } from '../../support/kernel-policy.js';

let folder: string;
let driver = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cfslab-rules-'));
  if (!GCC_IS_LACKING) driver = compilePolicy(folder, ['-O1']);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Every call that there can be: a cold task goes by the stock rule. */
const CALLS = [[0, 1], [1, 0], [1, 1]].flatMap(([hot, stock]) => [0, 1].map((says) => [hot!, stock!, says] as const));

describe('the answers of the kernel’s C (compiled where there is gcc)', () => {
  it.each([1, 2, 3] as const)('are those of the role of task %i, and hang on the model where those do', (task: Task) => {
    if (GCC_IS_LACKING) return;
    const { calls } = askPolicy(driver, [{ page: writePage(somePage([3, 2, 1], 'q16', 1, task)) }, { calls: CALLS }]);
    const answer = (hot: number, stock: number, says: boolean): boolean => roleOf(task).decide({ hot, nrBalanceFailed: stock, cacheNiceTries: 0 }, says);
    expect(calls).toEqual(
      CALLS.map(([hot, stock, says]) => Number(answer(hot, stock, says === 1)) + (answer(hot, stock, true) !== answer(hot, stock, false) ? 2 : 0)),
    );
  });

  it.each(['stock', 'always', 'never', 'cold-only'] as const)('are those of %s, which is never asked', (rule: RuleName) => {
    if (GCC_IS_LACKING) return;
    const { calls } = askPolicy(driver, [{ page: writePage(pageOfRule(rule)) }, { calls: CALLS }]);
    const policy = createPolicy(rule);
    const context = (hot: number, stock: number): MigrationContext => ({ hot, nrBalanceFailed: stock, cacheNiceTries: 0 }) as MigrationContext;
    expect(calls).toEqual(CALLS.map(([hot, stock]) => Number(policy.mayMigrate(context(hot, stock)))));
  });

  it('are those of early migration', () => {
    if (GCC_IS_LACKING) return;
    const [attempts, minDeltaNs] = [2, 500_000];
    const hots = [-5, 0, 499_999, 500_000, 2 ** 52].flatMap((ran) => [0, 1, 2, 3, 4_000_000_000].map((failed) => [failed, ran] as const));
    const page = { page: writePage(pageOfRule('early-migration', { attempts, minDeltaNs })) };
    const { calls, hots: says } = askPolicy(driver, [page, { calls: CALLS }, { hots }]);
    const policy = createPolicy(`early-migration:attempts=${attempts},minDeltaNs=${minDeltaNs}`);
    const context = (failed: number, ran: number): MigrationContext =>
      ({
        hot: 1, nrBalanceFailed: failed, cacheNiceTries: Infinity, p: 0, env: { src_cpu: 0 },
        kernel: { rq: { clock_task: [ran] }, se: { exec_start: [0] } },
      }) as unknown as MigrationContext;
    expect(says).toEqual(hots.map(([failed, ran]) => Number(policy.mayMigrate(context(failed, ran)))));
    expect(new Set(says)).toEqual(new Set([0, 1]));
    // What stock lets go goes; what it holds is what early migration says.
    expect(calls).toEqual(CALLS.map(([, stock, yes]) => (stock === 1 ? 1 : yes + 2)));
  });
});
