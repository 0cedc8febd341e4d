/** The machine that a recording is replayed on in lockstep. */
import type { BundleContents } from '../../bundle/tables/contents.js';
import { recordedMachine, withStatedKnobs } from '../../experiment/capture-source.js';
import { missingMachine, readMachine, withSettings } from '../../experiment/machine.js';
import type { Setting } from '../../experiment/settings.js';
import { InputError } from '../../input/error.js';
import type { MachineProfile } from '../../sim/profile.js';

/**
 * The machine that the recording was made on: a shipped one that it names or resembles, one of its own topology, or the one
 * that the user names. What the recording tells of its knobs goes before what the machine's profile has, since the kernel
 * decided by it; settings of the user's go before both.
 *
 * @param named name or file of a machine; undefined: find it
 * @throws InputError where there is none like it, it has another number of CPUs, or a setting makes no sense
 */
export function lockstepMachine(
  directory: string, contents: BundleContents, named: string | undefined, settings: readonly Setting[],
): MachineProfile {
  const { manifest } = contents;
  const base = named === undefined
    ? recordedMachine(directory, contents)
    : withStatedKnobs(readMachine(named, '--machine'), manifest, directory);
  if (base === null) throw missingMachine(directory);
  if (base.topology.cpus.length < manifest.cpus || (named === undefined && base.topology.cpus.length !== manifest.cpus)) {
    const expected = `one of ${manifest.cpus} CPUs, as in the recording (--machine)`;
    throw new InputError(directory, 'machine', expected, `${base.name} with ${base.topology.cpus.length}`);
  }
  return withSettings(base, settings).profile;
}
