/**
 * Draws formulas in place. The library for that is a file of its own, which is loaded when the first
 * formula is on the screen; until then, and where a formula can't be drawn, its source stays.
 */
import { formulaAt } from './formula';
import type { draw as Draw } from './mathml';
import { nextFrame } from './next-frame';

let draw: typeof Draw | undefined;
let loading: Promise<void> | undefined;

/** Draws what `decorate.ts` has marked under `root`: at once where the library is loaded. */
export function typeset(root: Element): void {
  const formulas = root.querySelectorAll<HTMLElement>('[data-tex]:not([data-drawn])');
  if (formulas.length === 0) return;
  if (draw) {
    for (const formula of formulas) show(formula, draw);
    return;
  }
  loading ??= import('./mathml').then(
    async (library) => {
      await nextFrame();
      draw = library.draw;
    },
    // Without the library formulas are read as they were written; the next one tries again.
    () => void (loading = undefined),
  );
  // What is under `root` by then may be something else.
  void loading.then(() => draw && typeset(root));
}

function show(element: HTMLElement, draw: typeof Draw): void {
  const formula = formulaAt(element.dataset['tex'] ?? '');
  const math = formula && draw(formula.tex, formula.display);
  element.dataset['drawn'] = String(math !== undefined);
  if (math) element.replaceChildren(math);
}
