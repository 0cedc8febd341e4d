/** What the command line needs of this layer, to be loaded when it is asked for: it brings the simulator and a database. */
export { calibrate, documentText, passes, type Calibration } from './calibrate.js';
export { fitCosts } from './fit/index.js';
export { fidelitySection } from './markdown.js';
export { fitCaches, readProbe } from './probe/index.js';
export { profileText } from './profile-text.js';
export { distinctRecordings, holdOut, openRecording, type Recording } from './recording.js';
export {
  openRepetitions, repetitionFile, repetitionText, shippedRepetitions, type RepetitionFile,
} from './repetitions.js';
export type { Repetition } from './seed-spread.js';
export { shippedMachine } from '../experiment/capture-source.js';
export { loadMachine } from '../experiment/schema/profile.js';
