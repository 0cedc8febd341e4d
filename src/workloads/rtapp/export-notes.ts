import type { Extraction } from '../replay/options.js';
import type { Losses } from './export-steps.js';

const BATCH_POLICY = 3;
/** rt-app looks for a barrier by going through all of them: from here on its reading of the file takes seconds. */
const MANY_BARRIERS = 20_000;
/** Threads that our own reader of rt-app files takes. */
const MANY_TASKS = 4096;

/** What an rt-app file cannot say of a recording, each with its count, and what whoever runs it should know. */
export function exportNotes({ workload, stats }: Extraction, losses: Losses): string[] {
  const { templates, groups } = workload;
  const out = [
    'Bursts are fixed work; sleeps keep their length from the moment of blocking.',
    "Bursts hold what tracing, interrupts, switches and wake-ups took: where these happen again, it comes on top.",
    'Times are whole µs: what is less is carried on to the next burst or sleep of the task.',
  ];
  const note = (count: number, text: string): void => {
    if (count > 0) out.push(`${count} ${text}`);
  };
  const limited = groups.filter(({ weight, quotaNs, idle }, row) => row > 0 && (weight !== 100 || quotaNs !== null || idle));
  const draws = (workload.recordedDraws ?? []).reduce((sum, list) => sum + list.length, 0);
  note(losses.meetings, 'wake-ups by tasks are barriers of two: a waker that comes first blocks until the other comes.');
  note(losses.births, 'forks are barriers of two: all threads are there from the start and wait for their birth.');
  note(losses.early, 'wake-ups came before their task had blocked: they are left out, neither side waits.');
  note(losses.synchronous, 'wake-ups were synchronous (WF_SYNC): rt-app has ordinary ones.');
  note(losses.execs, 'execs are left out.');
  note(stats.initialTasks, 'tasks were there before the recording.');
  note(stats.unfinishedTasks, 'tasks had not exited when it ended: their threads end after what was recorded of them.');
  note(stats.wakesUnknown, 'blocks ended without a recorded wake-up: they are sleeps of the recorded length.');
  note(stats.contradictions, 'switches contradicted the one before on their CPU: the time between is dropped.');
  note(stats.omittedNs, "ns of CPU time of the kernel's stoppers are left out.");
  note(stats.subtractedNs, 'ns of kernel work are taken off the bursts.');
  note(stats.realtimeTasks, 'real-time tasks become tasks of nice −20.');
  note(stats.noiseTasks, 'per-CPU kernel threads become threads of rt-app, bound to their CPU.');
  note(stats.backgroundTasks, 'tasks for whose end nobody waited: rt-app waits for all.');
  note(templates.filter(({ policy }) => policy === BATCH_POLICY).length, 'tasks of SCHED_BATCH become SCHED_OTHER.');
  note(templates.filter(({ nice }) => nice < 0).length, 'tasks have a negative nice value: rt-app needs root for that.');
  note(limited.length, 'task groups have a weight, quota or cpu.idle that rt-app cannot set; it makes the groups alone.');
  if (groups.length > 1) out.push('Task groups ("taskgroup") need root, cgroup v1 and an rt-app newer than 1.0.');
  note(draws, "draws of the kernel's dice are left out.");
  if (losses.meetings + losses.births > MANY_BARRIERS) {
    out.push(`rt-app takes a while to read a file with ${losses.meetings + losses.births} barriers.`);
  }
  if (templates.length > MANY_TASKS) out.push(`cfslab itself reads rt-app files of up to ${MANY_TASKS} threads.`);
  return out;
}
