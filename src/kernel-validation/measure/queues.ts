/**
 * Does all items, several at a time, each as soon as there is room, in order. The first error ends it: no item is begun any
 * more, `stop` is called so that those under way can end, and the error is thrown when they have.
 */
export async function inQueues<T>(
  items: readonly T[], width: number, work: (item: T, index: number) => Promise<void>, stop: () => void,
): Promise<void> {
  let next = 0;
  const errors: unknown[] = [];
  const queue = async (): Promise<void> => {
    while (next < items.length && errors.length === 0) {
      const index = next++;
      try {
        await work(items[index]!, index);
      } catch (error) {
        errors.push(error);
        stop();
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, queue));
  if (errors.length > 0) throw errors[0];
}
