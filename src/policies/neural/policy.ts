import { PolicyEvent, type MigrationContext, type Policy, type PolicyModel } from '../../sim/policy/policy.js';
import type { NamedModel } from '../definition.js';
import type { Params } from '../params.js';
import { stockAnswer } from '../stock.js';
import { Asker } from './asker.js';
import { DRIFT_DOUBLES, forget, hasFallen, balancedPermille, judge, judged } from './drift.js';
import { Outcome, type Role } from './roles.js';
import { activeSlot, SLOT_DOUBLES, switchSlots, switches } from './slots.js';

/** Where things stand in the policy's doubles. */
const SLOTS = 0;
const DRIFT = SLOTS + SLOT_DOUBLES;
/** By source CPU: when the model last moved a task early from there, ns + 1; 0 never. */
const LAST_EARLY = DRIFT + DRIFT_DOUBLES;

/**
 * A policy that asks a model at every call. It has two slots: the model in the first decides until `swapAtNs`, the one in the
 * second from then on, the switch falling between two decisions. With `driftFloor` it compares what the model says with what
 * the calls show, and is the stock kernel from the moment on at which the model does worse.
 */
export class NeuralPolicy implements Policy {
  readonly costNs: number;
  readonly models: Readonly<Record<string, PolicyModel>>;
  private readonly askers: readonly [Asker, Asker];
  private readonly swapAtNs: number;
  private readonly refractoryNs: number;
  private readonly driftFloor: number;
  private readonly driftWindow: number;

  constructor(
    readonly name: string,
    private readonly role: Role,
    readonly params: Params,
    active: NamedModel,
    standby: NamedModel | null,
  ) {
    const threshold = params.threshold!;
    const first = new Asker(active, role.task, threshold, params.costNs!);
    this.askers = [first, standby === null ? first : new Asker(standby, role.task, threshold, params.costNs!)];
    this.models = { model: nameOf(active), ...(standby === null ? {} : { standby: nameOf(standby) }) };
    this.costNs = first.costNs;
    // Without a model that stands by there is nothing to switch to.
    this.swapAtNs = standby === null ? Infinity : params.swapAtNs!;
    this.refractoryNs = params.refractoryNs ?? 0;
    this.driftFloor = params.driftFloor!;
    this.driftWindow = params.driftWindow!;
  }

  stateDoubles(cpus: number): number {
    return LAST_EARLY + cpus;
  }

  costNow(state: Float64Array): number {
    return hasFallen(state, DRIFT) ? 0 : this.askers[activeSlot(state, SLOTS)].costNs;
  }

  mayMigrate(context: MigrationContext): boolean {
    const { state } = context;
    const now = context.kernel.g.now[0]!;
    if (now >= this.swapAtNs && switches(state, SLOTS) === 0) {
      switchSlots(state, SLOTS);
      forget(state, DRIFT);
      context.tell(PolicyEvent.SWAP, activeSlot(state, SLOTS), 0);
    }
    if (hasFallen(state, DRIFT)) return stockAnswer(context);
    const says = this.askers[activeSlot(state, SLOTS)].says(context);
    if (this.fallsBack(context, says)) return stockAnswer(context);
    return this.rests(context, now) ? stockAnswer(context) : this.decided(context, says, now);
  }

  /** Counts what the call shows, and tells where the model has become too bad. */
  private fallsBack(context: MigrationContext, says: boolean): boolean {
    if (this.driftFloor === 0) return false;
    const outcome = this.role.outcome(context);
    if (outcome === Outcome.UNKNOWN) return false;
    const { state } = context;
    if (!judge(state, DRIFT, says, outcome === Outcome.POSITIVE, this.driftWindow, this.driftFloor)) return false;
    context.tell(PolicyEvent.FALLBACK, balancedPermille(state, DRIFT), judged(state, DRIFT));
    return true;
  }

  /** Whether a task was moved early from the source CPU so lately that no other is. */
  private rests(context: MigrationContext, now: number): boolean {
    if (this.refractoryNs === 0) return false;
    const last = context.state[LAST_EARLY + context.env.src_cpu]!;
    return last > 0 && now - (last - 1) < this.refractoryNs;
  }

  private decided(context: MigrationContext, says: boolean, now: number): boolean {
    const answer = this.role.decide(context, says);
    if (answer && this.refractoryNs > 0 && !stockAnswer(context)) context.state[LAST_EARLY + context.env.src_cpu] = now + 1;
    return answer;
  }
}

function nameOf({ source, model }: NamedModel): PolicyModel {
  return { source, hash: model.hash };
}
