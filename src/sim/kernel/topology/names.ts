/** Names of topology levels as debugfs prints them. The `name` column of SdTable is an index into this list. */
export const TOPOLOGY_NAMES = ['SMT', 'CLS', 'MC', 'DIE', 'NODE', 'NUMA'] as const;

export type TopologyName = (typeof TOPOLOGY_NAMES)[number];
