/** The workload's affinity masks: row 0 is all CPUs, and equal masks share a row. */
export class MaskRows {
  readonly rows: number[][];
  private readonly byText = new Map<string, number>();

  /** @param cpus CPUs of the recorded machine; recorded masks may name more, which are dropped */
  constructor(
    private readonly cpus: number,
    private readonly recorded: ReadonlyArray<readonly number[]>,
  ) {
    const all: number[] = [];
    for (let cpu = 0; cpu < cpus; cpu++) all.push(cpu);
    this.rows = [all];
    this.byText.set(all.join(), 0);
  }

  /** Row for a list of CPUs in any order; a list without any CPU of the machine stands for all of them. */
  row(list: readonly number[]): number {
    const mask = list.filter((cpu) => cpu >= 0 && cpu < this.cpus).sort((x, y) => x - y);
    if (mask.length === 0) return 0;
    const text = mask.join();
    const known = this.byText.get(text);
    if (known !== undefined) return known;
    this.byText.set(text, this.rows.length);
    return this.rows.push(mask) - 1;
  }

  /** Row for a row of the recording's masks; −1 (unknown) is all CPUs. */
  recordedRow(index: number): number {
    return this.row(this.recorded[index] ?? []);
  }
}
