/** What a key does. */
export type Action =
  | { readonly do: 'pan'; readonly share: number }
  | { readonly do: 'scroll'; readonly lanes: number }
  | { readonly do: 'zoom'; readonly factor: number }
  | { readonly do: 'start' | 'end' | 'fit' | 'divergence' | 'leave' | 'heat' | 'higher' | 'lower' }
  | { readonly do: 'decision' | 'forced'; readonly step: 1 | -1 };

export interface Key {
  readonly key: string;
  readonly shiftKey: boolean;
  readonly ctrlKey: boolean;
  readonly altKey: boolean;
  readonly metaKey: boolean;
}

const PLAIN = new Map<string, Action>([
  ['ArrowLeft', { do: 'pan', share: -0.15 }],
  ['ArrowRight', { do: 'pan', share: 0.15 }],
  ['PageUp', { do: 'pan', share: -0.9 }],
  ['PageDown', { do: 'pan', share: 0.9 }],
  ['ArrowUp', { do: 'scroll', lanes: -2 }],
  ['ArrowDown', { do: 'scroll', lanes: 2 }],
  ['+', { do: 'zoom', factor: 1.6 }],
  ['=', { do: 'zoom', factor: 1.6 }],
  ['-', { do: 'zoom', factor: 1 / 1.6 }],
  ['_', { do: 'zoom', factor: 1 / 1.6 }],
  ['0', { do: 'fit' }],
  ['Home', { do: 'start' }],
  ['End', { do: 'end' }],
  ['n', { do: 'forced', step: 1 }],
  ['p', { do: 'forced', step: -1 }],
  ['d', { do: 'divergence' }],
  ['h', { do: 'heat' }],
  [']', { do: 'higher' }],
  ['[', { do: 'lower' }],
  ['Escape', { do: 'leave' }],
]);

/** null where a key is not ours: the browser's own are left alone. */
export function actionOf({ key, shiftKey, ctrlKey, altKey, metaKey }: Key): Action | null {
  if (ctrlKey || altKey || metaKey) return null;
  if (key === 'Tab') return { do: 'decision', step: shiftKey ? -1 : 1 };
  return PLAIN.get(key.length === 1 ? key.toLowerCase() : key) ?? null;
}
