import type { GroupSpec, InitialTask, TaskTemplate, Workload } from '../sim/programs/program.js';
import { ProgramBuilder, type Label } from './assembler.js';
import type { Quantiles } from './distributions.js';

/** A template whose entry is still a label; what is left out is ordinary. */
export interface TemplateSpec {
  /** Cut to 15 characters, as the kernel does. */
  readonly comm: string;
  readonly entry: Label;
  readonly nice?: number;
  readonly policy?: number;
  readonly mask?: number;
  readonly group?: number;
  readonly workingSet?: number;
  readonly touchRate?: number;
}

export const ROOT_GROUP: GroupSpec = {
  name: '/',
  parent: 0,
  weight: 100,
  quotaNs: null,
  periodNs: 100_000_000,
  burstNs: 0,
  idle: false,
};

/** Collects a workload: the program, and the objects that it names by row. Equal masks, templates and tables are one row. */
export class WorkloadBuilder {
  readonly program = new ProgramBuilder();
  private readonly templates: TemplateSpec[] = [];
  private readonly initialTasks: InitialTask[] = [];
  private readonly masks: (readonly number[])[];
  private readonly groups: GroupSpec[] = [ROOT_GROUP];
  private readonly semaphores: number[] = [];
  private readonly barriers: number[] = [];
  private readonly distributions: Quantiles[] = [];
  private readonly rows = new Map<string, number>();
  private mutexes = 0;
  private conditions = 0;

  /** @param cpus number of CPUs of the machine */
  constructor(cpus: number) {
    const all = Array.from({ length: cpus }, (_, cpu) => cpu);
    this.masks = [all];
    this.rows.set(`mask ${all.join()}`, 0);
  }

  semaphore(count = 0): number {
    return this.semaphores.push(count) - 1;
  }

  mutex(): number {
    return this.mutexes++;
  }

  condition(): number {
    return this.conditions++;
  }

  barrier(size: number): number {
    return this.barriers.push(size) - 1;
  }

  distribution(quantiles: Quantiles): number {
    return this.row(`distribution ${quantiles.join()}`, this.distributions, quantiles);
  }

  /** CPUs in any order; row 0 is all of them. */
  mask(cpus: readonly number[]): number {
    const sorted = [...new Set(cpus)].sort((x, y) => x - y);
    return this.row(`mask ${sorted.join()}`, this.masks, sorted);
  }

  group(spec: Partial<GroupSpec> & { readonly name: string }): number {
    return this.groups.push({ ...ROOT_GROUP, ...spec }) - 1;
  }

  template(spec: TemplateSpec): number {
    const { comm, entry, nice = 0, policy = 0, mask = 0, group = 0, workingSet = 0, touchRate = 0 } = spec;
    const key = `template ${entry.id} ${nice} ${policy} ${mask} ${group} ${workingSet} ${touchRate} ${comm}`;
    return this.row(key, this.templates, spec);
  }

  /** A task that is there at the start. */
  initial(template: number, startNs = 0, cpu = 0): void {
    this.initialTasks.push({ template, startNs, cpu });
  }

  build(options: {
    readonly name: string;
    readonly unit: string;
    readonly ends: Workload['ends'];
    readonly maxTasks: number;
  }): Workload {
    const program = this.program.build();
    return {
      name: options.name,
      program,
      templates: this.templates.map(finish),
      initial: this.initialTasks,
      maxTasks: options.maxTasks,
      masks: this.masks,
      groups: this.groups,
      semaphores: this.semaphores,
      mutexes: this.mutexes,
      conditions: this.conditions,
      barriers: this.barriers,
      distributions: this.distributions,
      unit: options.unit,
      ends: options.ends,
    };
  }

  private row<T>(key: string, rows: T[], value: T): number {
    const known = this.rows.get(key);
    if (known !== undefined) return known;
    rows.push(value);
    this.rows.set(key, rows.length - 1);
    return rows.length - 1;
  }
}

function finish(spec: TemplateSpec): TaskTemplate {
  if (spec.entry.address < 0) throw new Error(`template ${spec.comm} starts at label ${spec.entry.id}, which is nowhere`);
  return {
    comm: spec.comm.slice(0, 15),
    entry: spec.entry.address,
    nice: spec.nice ?? 0,
    policy: spec.policy ?? 0,
    mask: spec.mask ?? 0,
    group: spec.group ?? 0,
    workingSet: spec.workingSet ?? 0,
    touchRate: spec.touchRate ?? 0,
  };
}
