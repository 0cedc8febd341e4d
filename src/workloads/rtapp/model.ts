import type { Field } from './fields.js';

/** What an rt-app file says, checked, with times in ns. `at` leads back to where it says so. */
export interface RtFile {
  readonly durationNs: number | null;
  readonly tasks: readonly RtTask[];
  readonly notes: readonly string[];
}

export interface RtTask {
  readonly name: string;
  readonly at: Field;
  /** Threads that are there from the start. */
  readonly instances: number;
  readonly delayNs: number;
  readonly settings: RtSettings;
  /** Rounds through all phases, null: without end. */
  readonly loop: number | null;
  readonly phases: readonly RtPhase[];
}

export interface RtPhase {
  readonly at: Field;
  readonly settings: RtSettings;
  readonly loop: number | null;
  readonly events: readonly RtEvent[];
}

/** What a task or a phase sets; null where it says nothing. */
export interface RtSettings {
  readonly cpus: readonly number[] | null;
  readonly policy: number | null;
  readonly nice: number | null;
  /** Path of a task group, `/` for the root. */
  readonly group: string | null;
}

export type RtEvent =
  | { readonly kind: 'run' | 'sleep'; readonly at: Field; readonly ns: number }
  | {
      readonly kind: 'timer';
      readonly at: Field;
      readonly ref: string;
      readonly periodNs: number;
      readonly absolute: boolean;
    }
  | { readonly kind: 'lock' | 'unlock'; readonly at: Field; readonly mutex: string }
  | { readonly kind: 'wait' | 'sync'; readonly at: Field; readonly ref: string; readonly mutex: string }
  | { readonly kind: 'signal' | 'broad' | 'suspend' | 'resume'; readonly at: Field; readonly ref: string }
  | { readonly kind: 'barrier'; readonly at: Field; readonly barrier: string }
  | { readonly kind: 'fork'; readonly at: Field; readonly task: string }
  | { readonly kind: 'yield'; readonly at: Field };

/** A timer of its own for each thread, as rt-app has it where the name begins so. */
export function isUniqueTimer(ref: string): boolean {
  return ref.startsWith('unique');
}
