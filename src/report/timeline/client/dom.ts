/** Elements whose texts are texts: nothing here reads HTML. */
type Child = Node | string;

export function element<K extends keyof HTMLElementTagNameMap>(
  name: K, attributes: Readonly<Record<string, string>> = {}, ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

/** A row of a table: its head and what stands beside it. */
export function row(head: string, ...cells: readonly Child[]): HTMLTableRowElement {
  return element('tr', {}, element('th', { scope: 'row' }, head), ...cells.map((cell) => element('td', {}, cell)));
}

export function button(words: string, title: string, press: () => void): HTMLButtonElement {
  const made = element('button', { type: 'button', title }, words);
  made.addEventListener('click', press);
  return made;
}

export function checkbox(words: string, on: boolean, change: (on: boolean) => void): HTMLLabelElement {
  const input = element('input', { type: 'checkbox' });
  input.checked = on;
  input.addEventListener('change', () => change(input.checked));
  return element('label', {}, input, ` ${words}`);
}

export function choice(
  words: string, options: ReadonlyArray<readonly [value: string, words: string]>, chosen: string, change: (value: string) => void,
): { readonly label: HTMLLabelElement; readonly select: HTMLSelectElement } {
  const select = element('select', {}, ...options.map(([value, name]) => element('option', { value }, name)));
  select.value = chosen;
  select.addEventListener('change', () => change(select.value));
  return { label: element('label', {}, `${words} `, select), select };
}
