import { formatMachine, parseMachine } from '../experiment/schema/profile.js';
import type { MachineProfile } from '../sim/profile.js';

const NAME_LENGTH = 64;
const DESCRIPTION_LENGTH = 2000;
const SOURCE_LENGTH = 4000;

/**
 * The file of a calibrated machine, held to the rules that every profile's file is read by.
 *
 * @param name of its file, without the extension; what a name may not hold becomes a hyphen
 */
export function profileText(profile: MachineProfile, name: string): string {
  const { base, fittedOn, heldOut } = profile.calibration!;
  const names = (list: typeof fittedOn): string => list.map((input) => input.name).join(', ');
  const source = [
    `Calibrated by cfslab calibrate from ${base} on ${names(fittedOn)}.`,
    heldOut.length === 0 ? 'Nothing was held out.' : `Held out: ${names(heldOut)}.`,
    'What was not fitted is as it was there.',
  ].join(' ');
  const label = name.replace(/[^A-Za-z0-9._-]+/g, '-').replace(/^[^A-Za-z0-9]+/, '').slice(0, NAME_LENGTH);
  const description = (profile.description || profile.name).slice(0, DESCRIPTION_LENGTH);
  const named = { ...profile, name: label === '' ? profile.name : label, description };
  const text = formatMachine(named, source.slice(0, SOURCE_LENGTH));
  parseMachine(JSON.parse(text), name);
  return text;
}
