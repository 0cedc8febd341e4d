import { InputError } from '../../input/error.js';
import type { TopologyDescription } from '../../sim/kernel/topology/description.js';
import { parseCpuList } from '../../input/cpu-list.js';
import { checkTopology, MAX_CPUS } from './profile-topology.js';

interface CpuLine {
  readonly line: string;
  readonly core: number;
  readonly package: number;
  readonly siblings: readonly number[];
  /** CPUs of the package; null where the file does not say. */
  readonly packageCpus: readonly number[] | null;
  /** CPUs that share the L3; those of the core where the machine has none. */
  readonly llc: readonly number[];
  readonly capacity: number | null;
}

interface NodeLine {
  readonly line: string;
  readonly cpus: readonly number[];
  readonly distance: readonly number[];
}

const CPU_LINE = /^cpu(\d{1,5}) core=(\d{1,5}) pkg=(\d{1,5}) sib=(\S*) corecpus=(\S*) L3=(\S*) capacity=(\d{0,5})$/;
const NODE_LINE = /^\/sys\/devices\/system\/node\/node(\d{1,4}) cpus=(\S*) dist=([\d ]*)$/;

/**
 * Reads the `topology` file of a capture: a line for each CPU and one for each node, in any order (a shell lists cpu10
 * before cpu2).
 *
 * A cache that reaches over several nodes counts as one on each, as the kernel takes it.
 * @throws InputError naming the line, where it is malformed or contradicts another
 */
export function parseCaptureTopology(text: string, file: string): TopologyDescription {
  const cpuLines = new Map<number, CpuLine>();
  const nodeLines = new Map<number, NodeLine>();
  text.split('\n').forEach((content, index) => {
    if (content.trim() === '') return;
    const line = `line ${index + 1}`;
    if (content.startsWith('cpu')) readCpu(content, line, cpuLines, file);
    else readNode(content, line, nodeLines, file);
  });
  if (cpuLines.size > MAX_CPUS) throw new InputError(file, '', `at most ${MAX_CPUS} CPUs`, String(cpuLines.size));
  const cpus = inOrder(cpuLines, 'cpu', file);
  const nodes = inOrder(nodeLines, 'node', file);
  if (cpus.length === 0) throw new InputError(file, '', 'a line for each CPU', 'none');
  checkSiblings(cpus, file);
  const nodeOf = nodesOfCpus(cpus, nodes, file);
  const description: TopologyDescription = {
    cpus: cpus.map((cpu, number) => ({
      core: cpu.core,
      package: cpu.package,
      node: nodeOf[number]!,
      llc: cpu.llc.find((other) => nodeOf[other] === nodeOf[number])!,
      ...(cpu.capacity === null ? {} : { capacity: cpu.capacity }),
    })),
    distance: nodes.length === 0 ? [[10]] : nodes.map((node) => node.distance),
  };
  checkTopology(description, file, '');
  return description;
}

/** The lines 0, 1, … of a kind, none missing. */
function inOrder<T>(lines: ReadonlyMap<number, T>, kind: string, file: string): T[] {
  return Array.from({ length: lines.size }, (_, number) => {
    const line = lines.get(number);
    if (line === undefined) throw new InputError(file, '', `${kind}0 to ${kind}${lines.size - 1}`, `no ${kind}${number}`);
    return line;
  });
}

function readCpu(content: string, line: string, lines: Map<number, CpuLine>, file: string): void {
  const parts = CPU_LINE.exec(content);
  if (parts === null) throw new InputError(file, line, 'cpuN core= pkg= sib= corecpus= L3= capacity=', content);
  const number = Number(parts[1]);
  if (lines.has(number)) throw new InputError(file, line, 'each CPU once', `cpu${number} once more`);
  const list = (field: string, value: string): readonly number[] => {
    const cpus = parseCpuList(value, MAX_CPUS, file, `${line}, ${field}`);
    if (!cpus.includes(number)) throw new InputError(file, `${line}, ${field}`, `a list with cpu${number} in it`, value);
    return cpus;
  };
  const siblings = list('sib', parts[4]!);
  const capacity = parts[7] === '' ? null : Number(parts[7]);
  if (capacity !== null && (capacity < 1 || capacity > 1024)) {
    throw new InputError(file, `${line}, capacity`, '1…1024 or nothing', parts[7]!);
  }
  lines.set(number, {
    line,
    core: Number(parts[2]),
    package: Number(parts[3]),
    siblings,
    packageCpus: parts[5] === '' ? null : list('corecpus', parts[5]!),
    llc: parts[6] === '' ? siblings : list('L3', parts[6]!),
    capacity,
  });
}

function readNode(content: string, line: string, lines: Map<number, NodeLine>, file: string): void {
  const parts = NODE_LINE.exec(content);
  if (parts === null) throw new InputError(file, line, '/sys/devices/system/node/nodeN cpus= dist=', content);
  const number = Number(parts[1]);
  if (lines.has(number)) throw new InputError(file, line, 'each node once', `node${number} once more`);
  const distance = parts[3]!.split(' ').filter((value) => value !== '').map(Number);
  const wrong = distance.find((value) => value < 10 || value > 255);
  if (wrong !== undefined) throw new InputError(file, `${line}, dist`, 'distances of 10…255', String(wrong));
  const cpus = parts[2] === '' ? [] : parseCpuList(parts[2]!, MAX_CPUS, file, `${line}, cpus`);
  lines.set(number, { line, cpus, distance });
}

/** `sib` must list the CPUs of the same core, `corecpus` those of the same package, `L3` only CPUs that list the same. */
function checkSiblings(cpus: readonly CpuLine[], file: string): void {
  cpus.forEach((cpu) => {
    const fellows = cpus.flatMap((other, number) => (other.package === cpu.package ? [number] : []));
    const same = fellows.filter((number) => cpus[number]!.core === cpu.core);
    if (same.join() !== cpu.siblings.join()) {
      throw new InputError(file, `${cpu.line}, sib`, `${same.join()}, the CPUs of its core`, cpu.siblings.join());
    }
    if (cpu.packageCpus !== null && fellows.join() !== cpu.packageCpus.join()) {
      const expected = `${fellows.join()}, the CPUs of its package`;
      throw new InputError(file, `${cpu.line}, corecpus`, expected, cpu.packageCpus.join());
    }
    const stranger = cpu.llc.find((other) => cpus[other]?.llc.join() !== cpu.llc.join());
    if (stranger !== undefined) {
      throw new InputError(file, `${cpu.line}, L3`, `the list of cpu${stranger}`, cpu.llc.join());
    }
  });
}

/** The node of each CPU; node 0 where the file names no nodes. */
function nodesOfCpus(cpus: readonly CpuLine[], nodes: readonly NodeLine[], file: string): number[] {
  if (nodes.length === 0) return cpus.map(() => 0);
  const nodeOf = new Array<number>(cpus.length).fill(-1);
  nodes.forEach((node, number) => {
    for (const cpu of node.cpus) {
      const place = `${node.line}, cpus`;
      if (cpu >= cpus.length) throw new InputError(file, place, `CPUs up to ${cpus.length - 1}`, String(cpu));
      if (nodeOf[cpu] !== -1) throw new InputError(file, place, 'each CPU on one node', `cpu${cpu} once more`);
      nodeOf[cpu] = number;
    }
  });
  const lost = nodeOf.indexOf(-1);
  if (lost >= 0) throw new InputError(file, cpus[lost]!.line, 'a CPU of one of the nodes', `cpu${lost} of none`);
  return nodeOf;
}
