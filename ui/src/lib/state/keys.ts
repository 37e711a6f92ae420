import type { Preferences } from '../host/bindings/Preferences';

/** Whether the command key takes the place of Ctrl. */
export function isApple(): boolean {
  return /Mac|iPhone|iPad/.test(navigator.userAgent);
}

/** A key and what is held down with it. */
export interface Chord {
  /** As in `KeyboardEvent.key`, in lower case. */
  key: string;
  /** Ctrl; on Apple's systems the command key. */
  mod?: boolean;
  shift?: boolean;
  alt?: boolean;
}

/** Whether an event is this chord. */
export function pressed(chord: Chord, event: KeyboardEvent): boolean {
  const [mod, other] = isApple() ? [event.metaKey, event.ctrlKey] : [event.ctrlKey, event.metaKey];
  const key = event.key.toLowerCase();
  // Some layouts need Shift for a sign such as "/", so it counts only with letters and named keys.
  const shift = /^\p{Letter}$/u.test(key) || key.length > 1 ? event.shiftKey : false;
  return (
    key === chord.key &&
    mod === (chord.mod ?? false) &&
    !other &&
    shift === (chord.shift ?? false) &&
    event.altKey === (chord.alt ?? false)
  );
}

/** Whether an input method is choosing a word with this key. Safari says so only by the key code. */
export function composing(event: KeyboardEvent): boolean {
  return event.isComposing || event.keyCode === 229;
}

/**
 * Whether Enter, as pressed, hands in what was typed. Ctrl (or Command) always does; Shift and Alt
 * never do; Enter alone does as the person prefers.
 */
export function enterSends(event: KeyboardEvent, enter: Preferences['enter']): boolean {
  if (event.key !== 'Enter' || composing(event)) return false;
  if (event.ctrlKey || event.metaKey) return true;
  return enter === 'send' && !event.shiftKey && !event.altKey;
}
