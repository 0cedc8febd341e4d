import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { DIRTY_KINDS, DirtyLog } from '../../src/bundle/dirty.js';
import { InputError } from '../../src/input/error.js';

describe('DirtyLog', () => {
  it('counts by kind and treatment, keeps the first place, and lists in the order of the kinds', () => {
    const log = new DirtyLog('insert', 'trace.txt');
    log.add('switch-gap', 'inserted', 'x', { ts: 5 });
    log.add('clock-back', 'sorted', 'x', { ts: 1 }, 3);
    log.add('clock-back', 'dropped', 'x', { ts: 9 });
    log.add('switch-gap', 'inserted', 'x', { ts: 7 });
    log.add('lost', 'kept', 'x', {}, 0);
    expect(log.finish()).toEqual([
      { kind: 'clock-back', treatment: 'dropped', count: 1, first: { ts: 9 } },
      { kind: 'clock-back', treatment: 'sorted', count: 3, first: { ts: 1 } },
      { kind: 'switch-gap', treatment: 'inserted', count: 2, first: { ts: 5 } },
    ]);
    expect([log.count('clock-back'), log.count('clock-back', 'sorted'), log.count('lost')]).toEqual([4, 3, 0]);
  });

  it('fails at the first, with its place, but not at what every machine has', () => {
    const log = new DirtyLog('fail', 'trace.txt');
    log.add('reused-pid', 'kept', 'x', { ts: 5 });
    log.add('unseen-birth', 'kept', 'x');
    expect(() => log.add('malformed', 'dropped', 'garbage', { line: 3 })).toThrow(InputError);
    expect(() => log.add('malformed', 'dropped', 'garbage', { line: 3 })).toThrow(
      'trace.txt: line 3: expected a source without dirty data, found malformed: garbage',
    );
    expect(() => log.add('lost', 'kept', '4 events', { file: 'cpu1.txt' })).toThrow('cpu1.txt: expected');
  });

  it('is documented, every kind of it', () => {
    const text = readFileSync(new URL('../../docs/TRACES.md', import.meta.url), 'utf8');
    for (const kind of Object.keys(DIRTY_KINDS)) expect(text).toContain(`\`${kind}\``);
  });
});
