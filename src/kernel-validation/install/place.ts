import { readJsonFile } from '../../input/json.js';
import { check } from '../../input/check.js';
import { z } from '../../input/zod.js';

/**
 * One edit of a kernel tree, as the files in `kernel-validation/kernel/places/` hold them. The anchor is a short piece of a
 * line, or of two, that occurs exactly once in the file, or exactly once in the function that `within` names; our text is put
 * on lines of its own before or after the line(s) of the anchor, or in the place of the anchor itself.
 */
const placeSchema = z.strictObject({
  /** Below the top of the tree. */
  file: z.string().regex(/^(?!.*\.\.)[\w.][\w./-]*$/, 'a path below the tree'),
  /**
   * The beginning of the function's head, which stands once in the file: `static int load_balance(`. The anchor is looked for
   * from there to the function's end, the first line that is `}` alone.
   */
  within: z.string().min(1).max(120).optional(),
  anchor: z.string().min(1).max(160).refine((text) => text.split('\n').length <= 2, 'one line or two'),
  where: z.enum(['before', 'after', 'replace']),
  /** Our line(s), without the end of the last one. */
  text: z.string(),
  /** What it is for. */
  why: z.string().min(1),
});

export type Place = z.output<typeof placeSchema>;

/** Reads a file of places. @throws InputError */
export function readPlaces(file: string): Place[] {
  return check(z.array(placeSchema), readJsonFile(file), file);
}
