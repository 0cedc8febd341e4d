import { InputError } from '../../../input/error.js';

/*
 * The one door to TensorFlow.js. It is loaded when a network is first trained with it, so that nothing else pays for it.
 *
 * Three backends do the same work. `native` is TensorFlow itself, through the package @tensorflow/tfjs-node: it is not among
 * those that are installed, since its installation downloads a library of hundreds of MB from a host of its own; who has
 * installed it beside this package has it used. `wasm` and `cpu` come along.
 *
 * On `cpu`, which is plain JavaScript, the same seed gives the same weights on the same machine and version of Node. The others
 * may add in another order from one version or processor to the next, and promise nothing.
 */

export type Tensorflow = typeof import('@tensorflow/tfjs-core');

/** The backends, in the order in which they are tried. */
export const BACKENDS = ['native', 'wasm', 'cpu'] as const;
export type Backend = (typeof BACKENDS)[number];

/** What TensorFlow.js calls them. */
const REGISTERED: Readonly<Record<Backend, string>> = { native: 'tensorflow', wasm: 'wasm', cpu: 'cpu' };

export interface LoadedTensorflow {
  readonly tf: Tensorflow;
  readonly backend: Backend;
}

/**
 * Loads TensorFlow.js with a backend, or with the first that loads.
 *
 * @throws InputError where that backend is not there
 */
export async function loadTensorflow(wanted: Backend | 'auto' = 'auto'): Promise<LoadedTensorflow> {
  const tf = await import('@tensorflow/tfjs-core');
  // It would print an advertisement of its native backend, and check every tensor for NaN, which `Training` does by epoch.
  tf.enableProdMode();
  for (const backend of wanted === 'auto' ? BACKENDS : [wanted]) {
    if (await starts(tf, backend)) return { tf, backend };
  }
  throw new InputError('--backend', '', `a backend of TensorFlow.js that loads here`, wanted);
}

async function starts(tf: Tensorflow, backend: Backend): Promise<boolean> {
  try {
    await importBackend(backend);
    return await tf.setBackend(REGISTERED[backend]);
  } catch {
    return false;
  }
}

function importBackend(backend: Backend): Promise<unknown> {
  switch (backend) {
    case 'native': {
      // Named at run time: the compiler does not find what is not installed.
      const name: string = '@tensorflow/tfjs-node';
      return import(name);
    }
    case 'wasm':
      return import('@tensorflow/tfjs-backend-wasm');
    case 'cpu':
      return import('@tensorflow/tfjs-backend-cpu');
  }
}
