import type { Model } from '../../libml/index.js';
import { pageOfModel, writePage } from './write-page.js';

export { pageOfModel, pageOfRule, writePage, type Guard, type NetworkPage, type RulePage } from './write-page.js';
export { readPage } from './read-page.js';
export { REFUSALS, type Refusal } from './layout.js';
export { RefusedPage } from './refusal.js';
export { featureTableHash } from './feature-table.js';

/** The bytes with which a model is pushed into a kernel. @param where named in the error @throws InputError as `writePage` does */
export function modelPage(model: Model, where = 'model'): Uint8Array {
  return writePage(pageOfModel(model), where);
}
