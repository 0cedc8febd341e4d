import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Place, SMALL } from './support/small.js';

let place: Place;
beforeAll(() => (place = new Place()));
afterAll(() => place.remove());

const axis = (own: object): object => ({ ...SMALL, axes: [own] });

describe('a bad sweep gets one line, before anything runs', () => {
  it.each([
    ['an unknown part', axis({ knob: 'kernel.x', values: [1] }), /axes\.0\.knob: expected a knob: one of policy, policy\.\*/],
    ['an unknown parameter', axis({ knob: 'policy.tries', values: [1] }), /axes\.0: expected policy\.\*, one of attempts, costNs/],
    ['an unknown sysctl', axis({ knob: 'sysctl.cost', values: [1] }), /sysctl\.\*, one of latency_ns/],
    ['an unknown level', axis({ knob: 'domains.XX.imbalance_pct', values: [110] }), /expected domains\.\*, one of MC/],
    ['a parameter of another generator', axis({ knob: 'workload.groups', values: [1] }), /workload\.\*, one of workers/],
    ['a topology that lists its CPUs', { ...axis({ knob: 'topology.coresPerNode', values: [1] }) }, /topology/],
    ['an unknown policy', axis({ knob: 'policy', values: ['best'] }), /expected one of stock, early-migration/],
    ['a value out of range', axis({ knob: 'policy.attempts', values: [1, 101] }), /early-migration:attempts: expected an integer 0…100, found 101/],
    ['a fraction of a whole number', axis({ knob: 'policy.attempts', values: [0.5] }), /expected name=integer, found attempts=0\.5/],
    ['a word for a number', axis({ knob: 'policy.attempts', values: ['many'] }), /expected values that are numbers/],
    ['an empty list', axis({ knob: 'policy.attempts', values: [] }), /axes\.0\.values: expected at least 1 entries/],
    ['an empty range', axis({ knob: 'policy.attempts', linear: { from: 3, to: 3, steps: 2 } }), /axes\.0\.linear\.to: expected from below to/],
    ['a range the wrong way round', axis({ knob: 'policy.attempts', integer: { from: 3, to: 1 } }), /expected from not above to/],
    ['a logarithm of 0', axis({ knob: 'policy.minDeltaNs', log: { from: 0, to: 10, steps: 2 } }), /log\.from: expected more than 0/],
    ['no values', axis({ knob: 'policy.attempts' }), /exactly one of values, linear, log and integer/],
    ['a value twice', axis({ knob: 'policy.attempts', values: [1, 1] }), /values that differ/],
    ['a grid without steps', axis({ knob: 'policy.attempts', linear: { from: 0, to: 3 } }), /a number of steps for a grid/],
    ['the same knob twice', { ...SMALL, axes: [SMALL.axes[0], SMALL.axes[0]] }, /axes of different knobs/],
    ['an unknown field', { ...SMALL, axis: 1 }, /axis: expected no such field/],
    ['an unknown metric', { ...SMALL, objectives: [{ metric: 'speed' }] }, /objectives\.0\.metric: expected one of completion_ns/],
    ['an unknown search', { ...SMALL, search: { method: 'guess' } }, /search/],
    ['a list for cmaes', { ...SMALL, search: { method: 'cmaes', points: 20 } }, /a range for cmaes/],
    ['a budget too small', { ...SMALL, budget: { runs: 29 } }, /budget\.runs: expected at least the 30 runs of 4 points/],
    ['no scenario of that name', { ...SMALL, scenarios: ['nothing'] }, /scenario: expected a file, a directory or one of/],
    ['scenarios of one name', { ...SMALL, scenarios: ['threadpool.json', './threadpool.json'] }, /two called threadpool/],
  ])('%s', async (_, sweep, message) => {
    await expect(place.plan(sweep)).rejects.toThrow(message);
    await expect(place.plan(sweep)).rejects.toHaveProperty('name', 'InputError');
  });

  it('10^12 combinations', async () => {
    const knobs = ['policy.attempts', 'policy.lookahead', 'policy.minDeltaNs', 'policy.costNs', 'sysctl.nr_migrate', 'sysctl.latency_ns'];
    const axes = knobs.map((knob) => ({ knob, integer: { from: 2000, to: 2099 } }));
    await expect(place.plan({ ...SMALL, axes })).rejects.toThrow(/axes: expected at most 200000 combinations, found 1000000000000/);
    const conditions = axes.map((own) => ({ ...own, role: 'condition' }));
    await expect(place.plan({ ...SMALL, axes: conditions })).rejects.toThrow(/at most 200000 combinations/);
  });

  it('what is no JSON', async () => {
    const { planSweep } = await import('../../../src/experiment/sweep/plan.js');
    await expect(planSweep(place.write('bad.json', '{"axes": [NaN]}'))).rejects.toThrow(/line 1, column 11: expected JSON, found "NaN\]}"/);
    await expect(planSweep(place.write('bad.json', JSON.stringify(axis({ knob: 'hz', linear: { from: 0, to: 1 } })).replace('"to":1', '"to":1e999')))).rejects.toThrow(/linear\.to: expected a number/);
    await expect(planSweep(`${place.folder}/none.json`)).rejects.toThrow(/expected a file, found nothing of that name/);
  });
});
