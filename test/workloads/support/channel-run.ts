import type { WorkloadBuilder } from '../../../src/workloads/builder.js';
import type { Channel } from '../../../src/workloads/channel.js';
import { checkWorkload } from '../../../src/workloads/check.js';
import { machine, NO_COSTS, run, SEC, US, workload } from '../../support/scenarios.js';

const profile = machine('pvt8c', { costs: NO_COSTS });

/** Writers that write so many messages each, a half in 1 µs; a reader that begins after `pause` ns and takes them all, a half in 2 µs. */
export function channelRun(open: (w: WorkloadBuilder) => Channel, writers: number, messages: number, pause: number) {
  const work = workload(8, (s, w) => {
    const channel = open(w);
    for (let i = 0; i < writers; i++) {
      s.task(`writer${i}`, (p) => p.loop(messages, () => channel.write(() => p.run(US))), { cpu: i, mask: w.mask([i]) });
    }
    s.task('reader', (p) => {
      p.sleep(pause);
      channel.read(writers * messages, () => p.run(2 * US), () => undefined);
    }, { cpu: 7, mask: w.mask([7]) });
  }, { ends: 'exit' });
  checkWorkload(work, 8);
  return run({ profile, workload: work, durationNs: SEC, record: true });
}
