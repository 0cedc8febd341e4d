import type { ReplayStats } from './options.js';

/** What the replay changes, leaves out or assumes, in sentences; what did not come up is not mentioned. */
export function replayNotes(stats: ReplayStats, undescribed: readonly number[], guessed: boolean): string[] {
  const notes = [
    'Bursts are fixed work, but those of tasks that are found to run until a deadline.',
    'Sleeps keep their recorded length from the moment of blocking: a timer on an absolute grid drifts with its task.',
    'Bursts contain what tracing and interrupts took from the task while it ran.',
  ];
  const note = (count: number, text: string): void => {
    if (count > 0) notes.push(`${count} ${text}`);
  };
  note(stats.initialTasks, 'tasks were there before: they are born at time 0 and block at once if they were asleep.');
  note(stats.noiseTasks, 'per-CPU kernel threads sleep for their recorded times, whoever woke them.');
  note(stats.backgroundTasks, 'tasks were there before the recording and stay: nobody waits for them.');
  if (stats.goingOn > 0) {
    notes.push(`The recording ends in the midst of the work: ${stats.goingOn} tasks go on with what they did last until the run's time is over, which is the recording's.`);
    notes.push('Throughput is ms of recorded work that are done in a second: CPU time as it was recorded.');
  } else note(stats.unfinishedTasks, 'tasks had not exited when the recording ended: they end after what was recorded of them.');
  note(stats.realtimeTasks, 'real-time tasks run at nice −20 in the fair class.');
  note(stats.earlyWakes, 'wake-ups came before their task had blocked: it takes the token where it was then.');
  note(stats.messages, 'messages woke nobody and are not recorded: the bursts of their readers tell how many there were.');
  note(stats.sent, `messages went over ${stats.channels} pipes or sockets, told by who wakes whom and by the CPU time of both ends.`);
  note(stats.crossings, `crossings of ${stats.barriers} barriers, told by who wakes whom: whoever comes last goes on.`);
  note(stats.requests, `requests to ${stats.services} groups of workers, told by who wakes whom: whoever is free serves the next.`);
  note(stats.sinks, `tasks take what workers hand on, one after the other; ${stats.unseen} times that woke nobody, as the bursts tell.`);
  note(stats.deadlines, 'tasks ran until a deadline: they do so again, whatever CPU time they get by then.');
  note(stats.killed, 'tasks end when their parent does; until then they go on with what they did last.');
  note(stats.timed, 'tasks go round their barrier until a time by which others ended, too.');
  note(stats.earlyTimerWakes, "interrupts' wake-ups came before their task had blocked: they are left out.");
  note(stats.wakesUnknown, 'blocks ended without a recorded wake-up: they are sleeps of the recorded length.');
  note(stats.wakesByStopper, 'blocks were waits for the stopper: they are left out, the simulator moves tasks itself.');
  note(stats.omittedNs, 'ns of CPU time of the stoppers are left out, the simulator has its own.');
  note(stats.subtractedNs, 'ns were taken off the bursts for costs that the simulator charges.');
  note(stats.unsubtractedNs, 'ns of such costs found no CPU time to be taken off.');
  note(stats.contradictions, 'switches contradicted the one before on their CPU: the time between is dropped.');
  if (stats.exits === 0 && stats.goingOn === 0) {
    notes.push('No task exited in the recording: the run ends when every task has done what was recorded.');
  }
  if (guessed) {
    notes.push('No wake-up is marked as an interrupt\'s: tasks woken mostly on idle CPUs are taken to sleep on timers.');
  }
  if (undescribed.length > 0) {
    notes.push(`Task groups ${undescribed.join(', ')} are not described: they get weight 100 and no limit.`);
  }
  return notes;
}
