/**
 * Run by growth.test.ts as a process of its own: 10,000 tasks on 256 CPUs for a number of events. Prints what they were
 * and the most memory that the process has had, in bytes, the TypeScript loader included.
 */
import { loadMachine } from '../../src/experiment/schema/profile.js';
import { Simulation } from '../../src/sim/simulation.js';
import { buildGenerator } from '../../src/workloads/registry.js';

const wanted = Number(process.argv[2]);
const profile = loadMachine('epyc-256');
const cpus = profile.topology.cpus.length;
const workload = buildGenerator('hackbench', { groups: 125, fds: 40, loops: 1000 }, { cpus, seed: 1 }, 'test');
const sim = new Simulation({ profile, workload, policy: null, seed: 1, durationNs: 60e9 });
const { machine } = sim;
while (machine.events < wanted && !sim.over) machine.step();
const { tasks } = sim.result();
const peakRssBytes = process.resourceUsage().maxRSS * 1024;
const { events, alive } = machine;
process.stdout.write(`${JSON.stringify({ cpus, events, alive, born: tasks.length, peakRssBytes })}\n`);
