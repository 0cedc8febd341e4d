import { InputError } from '../input/error.js';
import type { GroupSpec, TaskTemplate, Workload } from '../sim/programs/program.js';
import type { GroupRule, TaskRule } from './schema/scenario.js';

const POLICY_NUMBER = { normal: 0, batch: 3, idle: 5 } as const;

/**
 * The workload with the scenario's groups added and its rules applied to the tasks whose comm they match. Later rules
 * win. Rules act on what tasks are born with; what a program does later (NICE, GROUP) stands.
 *
 * @param file names the scenario in errors
 * @throws InputError where a rule matches nothing, or a group's parent does not come before it
 */
export function applyMembership(
  workload: Workload,
  groups: readonly GroupRule[],
  rules: readonly TaskRule[],
  file: string,
): Workload {
  if (groups.length === 0 && rules.length === 0) return workload;
  const specs: GroupSpec[] = [...workload.groups];
  const masks = workload.masks.map((mask) => [...mask]);
  let templates: TaskTemplate[] = [...workload.templates];

  const change = (place: string, pattern: string, how: (template: TaskTemplate) => TaskTemplate): void => {
    if (!templates.some((template) => matches(template.comm, pattern))) {
      throw new InputError(file, place, `the comm of a task of ${workload.name} (${comms(templates)})`, pattern);
    }
    templates = templates.map((template) => (matches(template.comm, pattern) ? how(template) : template));
  };

  groups.forEach((rule, i) => {
    const parent = rule.parent === undefined ? 0 : specs.findIndex((spec) => spec.name === rule.parent);
    if (parent < 0) throw new InputError(file, `groups.${i}.parent`, 'a group that comes before it', String(rule.parent));
    if (specs.some((spec) => spec.name === rule.name)) {
      throw new InputError(file, `groups.${i}.name`, 'a name that is not taken', rule.name);
    }
    const row = specs.push(groupSpec(rule, parent)) - 1;
    if (rule.tasks !== undefined) change(`groups.${i}.tasks`, rule.tasks, (template) => ({ ...template, group: row }));
  });
  rules.forEach((rule, i) => {
    const { nice, policy, cpus, preferredNode } = rule;
    const mask = cpus === undefined ? -1 : masks.push(ascending(cpus)) - 1;
    change(`tasks.${i}.match`, rule.match, (template) => ({
      ...template,
      nice: nice ?? template.nice,
      policy: policy === undefined ? template.policy : POLICY_NUMBER[policy],
      mask: mask < 0 ? template.mask : mask,
      ...(preferredNode === undefined ? {} : { preferredNode }),
    }));
  });
  return { ...workload, groups: specs, masks, templates };
}

function groupSpec(rule: GroupRule, parent: number): GroupSpec {
  return {
    name: rule.name,
    parent,
    weight: rule.weight,
    quotaNs: rule.quotaUs === null ? null : rule.quotaUs * 1000,
    periodNs: rule.periodUs * 1000,
    burstNs: rule.burstUs * 1000,
    idle: rule.idle,
  };
}

function ascending(cpus: readonly number[]): number[] {
  return [...new Set(cpus)].sort((a, b) => a - b);
}

function matches(comm: string, pattern: string): boolean {
  return pattern.endsWith('*') ? comm.startsWith(pattern.slice(0, -1)) : comm === pattern;
}

function comms(templates: readonly TaskTemplate[]): string {
  const names = [...new Set(templates.map((template) => template.comm))];
  return names.length <= 5 ? names.join(', ') : `${names.slice(0, 5).join(', ')}, …`;
}
