import { memory, type Generator } from '../generators/params.js';

/** When a run of a recording ends that stops in the midst of the work: with its time, or when each task has done what was recorded of it. */
export const REPLAY_ENDS = ['time', 'work'] as const;
export type ReplayEnds = (typeof REPLAY_ENDS)[number];

/** What a user may say of a recording's tasks that the recording itself does not tell. */
export const REPLAY_PARAMS = {
  name: 'a replayed recording',
  params: {
    ...memory(0, 100),
    ends: {
      kind: 'choice', default: 'time', choices: REPLAY_ENDS,
      doc: "where the recording stops in the midst of the work: time, tasks go on until its time is over; work, each ends after what was recorded of it",
    },
  },
} satisfies Pick<Generator, 'name' | 'params'>;
