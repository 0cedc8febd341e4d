import { logNormal } from '../distributions.js';
import type { Channel } from '../builder.js';
import { defineGenerator, integer, memory } from './params.js';
import { FORK_PROCESS_NS, FORK_THREAD_NS, Site, type Children } from './parts.js';

/** A pipe: 16 pages, each filled with whole messages and given back when it is read out. */
const PIPE_PAGES = 16;
const PAGE_BYTES = 4096;
/** A socket: the default send buffer, what a message takes beyond its data, and how much is free before a writer wakes. */
const SOCKET_BYTES = 212_992;
const SOCKET_OVERHEAD = 576;
const SOCKET_FREE = 0.75;
/** CPU time for each byte copied, in ns. */
const COPY_NS_PER_BYTE = 0.1;

export const hackbench = defineGenerator({
  name: 'hackbench',
  description: 'groups of senders and receivers: every sender writes to each receiver of its group in turn',
  unit: 'messages',
  params: {
    groups: integer(10, 1, 128, 'number of groups (-g)', 'G'),
    fds: integer(20, 1, 64, 'senders, and receivers, of a group (-f)', 'F'),
    loops: integer(100, 1, 10_000_000, 'messages from each sender to each receiver (-l)', 'L'),
    datasize: integer(100, 1, 65_536, 'bytes of a message (-s)'),
    transport: { kind: 'choice', default: 'pipe', choices: ['pipe', 'socket'], doc: 'what the messages go over (-p)' },
    mode: { kind: 'choice', default: 'process', choices: ['process', 'thread'], doc: 'what the tasks are (-P, -T)' },
    sendNs: integer(1000, 1, 1_000_000, 'mean CPU time of writing a message, without the copying, ns'),
    receiveNs: integer(900, 1, 1_000_000, 'mean CPU time of reading a message, without the copying, ns'),
    ...memory(24, 150),
  },
  build(params, machine) {
    const site = new Site('hackbench', machine);
    const { w } = site;
    const { program } = w;
    const copyNs = params.datasize * COPY_NS_PER_BYTE;
    const send = w.distribution(logNormal(params.sendNs + copyNs, 0.3));
    const receive = w.distribution(logNormal(params.receiveNs + copyNs, 0.3));
    const { capacity, batch } = buffer(params.transport, params.datasize);
    const [ready, start] = [w.semaphore(), w.semaphore()];
    const task = { comm: 'hackbench', workingSet: params.workingSetKiB * 1024, touchRate: params.touchRate };
    const children: Children[] = [];
    const messages = params.loops * params.fds;

    const meet = (): void => {
      program.post(ready);
      program.wait(start);
    };
    const receiver = (channel: Channel) => (): void => {
      meet();
      const some = (count: number): void => {
        w.receive(channel, count, () => program.runDraw(receive));
        program.mark(count);
      };
      program.loop(Math.floor(messages / batch), () => some(batch));
      if (messages % batch > 0) some(messages % batch);
    };
    const sender = (channels: readonly Channel[]) => (): void => {
      meet();
      program.loop(params.loops, () => {
        for (const channel of channels) w.send(channel, () => program.runDraw(send));
      });
    };

    for (let group = 0; group < params.groups; group++) {
      const channels = Array.from({ length: params.fds }, () => w.channel(capacity));
      for (const channel of channels) {
        const entry = program.routine(receiver(channel));
        children.push({ entry, template: w.template({ ...task, entry }), count: 1 });
      }
      const entry = program.routine(sender(channels));
      children.push({ entry, template: w.template({ ...task, entry }), count: params.fds });
    }
    const total = 2 * params.groups * params.fds;
    const forkNs = params.mode === 'process' ? FORK_PROCESS_NS : FORK_THREAD_NS;
    const started = site.main('hackbench', {}, children, forkNs, () => {
      program.loop(total, () => program.wait(ready));
      program.run(2000);
      program.post(start, total);
      program.join();
    });
    return site.finish(started, 'messages', 'exit');
  },
});

/** How many messages may be under way, and how many are given back at once. */
function buffer(transport: 'pipe' | 'socket', bytes: number): { readonly capacity: number; readonly batch: number } {
  if (transport === 'socket') {
    const capacity = Math.max(1, Math.floor(SOCKET_BYTES / (bytes + SOCKET_OVERHEAD)));
    return { capacity, batch: Math.max(1, Math.floor(capacity * SOCKET_FREE)) };
  }
  const perPage = Math.floor(PAGE_BYTES / bytes);
  if (perPage >= 1) return { capacity: PIPE_PAGES * perPage, batch: perPage };
  return { capacity: Math.max(1, Math.floor((PIPE_PAGES * PAGE_BYTES) / bytes)), batch: 1 };
}
