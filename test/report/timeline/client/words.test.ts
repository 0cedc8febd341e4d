import { describe, expect, it } from 'vitest';
import { actionOf } from '../../../../src/report/timeline/client/keys.js';
import { aboutBalance, aboutDecision, aboutSlice, aboutWait, moveWords } from '../../../../src/report/timeline/client/words.js';
import { DECISION_COLUMNS } from '../../../../src/sim/records/records.js';
import { smallRun } from './small-run.js';

const NAME = '<script>alert(1)</script>';
const data = smallRun(NAME);

describe('what is said', () => {
  it('of a decision: the stock answer, the policy’s, and every feature', () => {
    const about = aboutDecision(data, 1, []);
    expect(about.title).toBe('Decision 2 of 2: may nine 9 go from CPU 0 to CPU 1?');
    const lines = new Map(about.lines);
    expect(lines.get('Stock answers')).toBe('yes, although hot (forced) (hot: it ran 100 µs ago, a migration costs 500 µs)');
    expect(lines.get('small answered')).toBe('yes, although hot (forced) – the same');
    expect(lines.get('nr_balance_failed')).toBe('2, cache_nice_tries 1');
    expect(lines.get('Moved')).toBe('0.000601000 s');
    expect(about.fields.map(([name]) => name)).toEqual(DECISION_COLUMNS.map(({ name }) => name).filter((name) => name !== 'ts' && name !== 'seq'));
    expect(about.fields.find(([name]) => name === 'delta')).toEqual(['delta', '100000', 'ns since it last ran: clock_task − exec_start']);
    expect(new Map(aboutDecision(data, 0, []).lines).get('small answered')).toBe('no – the same');
  });

  it('of a task that runs or waits, its name as it is', () => {
    expect(aboutSlice(data, 0, 0)).toMatchObject({ title: `${NAME} 7 on CPU 0`, lines: [['From', '0.000100000 s for 100 µs, then it was preempted'], ['Heat', 'cold: it had not run there since it came']] });
    const { title, lines } = aboutWait(data, 0, 1);
    expect(title).toBe(`${NAME} 7 waits on CPU 0`);
    expect(lines[1]![1]).toBe('hot: it had run there 0 ns before when it began to wait; a migration costs 500 µs');
    expect(lines[2]).toEqual(['Moved', '0.000400000 s: CPU 0 to CPU 1, balance']);
  });

  it('of a balance: how far it came and what it moved', () => {
    const { title, lines } = aboutBalance(data, 1);
    expect(title).toBe('Balance of CPU 1 over level 1');
    expect(new Map(lines).get('Came to')).toBe('tried');
    expect(new Map(lines).get('Moved')).toBe('1 tasks from CPU 0');
    expect(new Map(aboutBalance(data, 0).lines).get('nr_balance_failed')).toBe('2 after it');
  });

  it('of a migration: whence, whither and why', () => {
    expect(moveWords(data.moves, 1)).toBe('CPU 0 to CPU 1, balance, although hot: forced');
  });
});

describe('actionOf', () => {
  const plain = { shiftKey: false, ctrlKey: false, altKey: false, metaKey: false };

  it('knows the keys of the help, and leaves those with Ctrl to the browser', () => {
    expect(actionOf({ ...plain, key: 'ArrowLeft' })).toEqual({ do: 'pan', share: -0.15 });
    expect(actionOf({ ...plain, key: 'N' })).toEqual({ do: 'forced', step: 1 });
    expect(actionOf({ ...plain, key: 'Tab', shiftKey: true })).toEqual({ do: 'decision', step: -1 });
    expect(actionOf({ ...plain, key: '+', ctrlKey: true })).toBeNull();
    expect(actionOf({ ...plain, key: 'x' })).toBeNull();
  });
});
