import { logNormal } from '../distributions.js';
import type { Channel } from '../channel.js';
import { defineGenerator, integer, memory } from './params.js';
import { Pipe, pipeSize } from '../pipe.js';
import { Socket, socketSize } from '../socket.js';
import { FORK_PROCESS_NS, FORK_THREAD_NS, Site, type Children } from './parts.js';

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
    spreadPct: integer(30, 0, 200, 'standard deviation of these times, as of a logarithm, %'),
    ...memory(24, 150),
  },
  build(params, machine) {
    const site = new Site('hackbench', machine);
    const { w } = site;
    const { program } = w;
    const copyNs = params.datasize * COPY_NS_PER_BYTE;
    // Channels ask for half of the work at a time.
    const half = (ns: number): number => w.distribution(logNormal((ns + copyNs) / 2, params.spreadPct / 100));
    const [send, receive] = [half(params.sendNs), half(params.receiveNs)];
    const [ready, start] = [w.semaphore(), w.semaphore()];
    const task = { comm: 'hackbench', workingSet: params.workingSetKiB * 1024, touchRate: params.touchRate };
    const children: Children[] = [];
    const { datasize } = params;
    const channel = (): Channel => (params.transport === 'pipe' ? new Pipe(w, pipeSize(datasize)) : new Socket(w, socketSize(datasize)));
    const messages = params.loops * params.fds;

    const meet = (): void => {
      program.post(ready);
      program.wait(start);
    };
    const receiver = (from: Channel) => (): void => {
      meet();
      from.read(messages, () => program.runDraw(receive), () => program.mark(1));
    };
    const sender = (channels: readonly Channel[]) => (): void => {
      meet();
      program.loop(params.loops, () => {
        for (const to of channels) to.write(() => program.runDraw(send));
      });
    };

    for (let group = 0; group < params.groups; group++) {
      const channels = Array.from({ length: params.fds }, channel);
      for (const from of channels) {
        const entry = program.routine(receiver(from));
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
      program.postSync(start, total);
      program.join();
    });
    return site.finish(started, 'messages', 'exit');
  },
});
