import { parseAssignment, scalarOf, type Setting } from '../experiment/settings.js';
import { MAX_DURATION_SECONDS } from '../experiment/schema/scenario.js';
import type { ScenarioRequest } from '../experiment/resolve.js';
import { many, positive, text } from './options.js';
import type { VerbInput } from './verb.js';

/** What the options of SCENARIO_OPTIONS ask for. */
export function scenarioRequest(input: VerbInput, seeds?: readonly number[]): ScenarioRequest {
  const params: Record<string, string> = {};
  for (const given of many(input, 'param')) {
    const { name, value } = parseAssignment(given, '--param');
    params[name] = value;
  }
  const settings: Setting[] = many(input, 'set').map((given) => {
    const { name, value } = parseAssignment(given, '--set');
    return { path: name, value: scalarOf(value), source: '--set' };
  });
  return {
    machine: text(input, 'machine'),
    durationSeconds: positive(input, 'duration', MAX_DURATION_SECONDS),
    settings,
    params,
    seeds,
  };
}
