import { setImmediate } from 'node:timers/promises';
import type { Training } from '../../libml/training.js';
import { Interrupted } from './interrupted.js';
import type { TrainerCallbacks } from './trainer.js';

/**
 * Runs a training to its end. Between its turns the event loop has its own, so that a signal is heard within a fraction of a
 * second however long an epoch is.
 *
 * @throws Interrupted when the signal says so, and what an epoch throws
 */
export async function drive(training: Training, epochs: number, { onEpoch, signal }: TrainerCallbacks): Promise<void> {
  while (!training.finished) {
    const epoch = training.epochInTurns();
    for (;;) {
      if (signal?.aborted === true) throw new Interrupted('training was interrupted');
      const turn = epoch.next();
      if (turn.done === true) {
        onEpoch?.(turn.value, epochs, () => training.state());
        break;
      }
      await setImmediate();
    }
    await setImmediate();
  }
}
