import { describe, expect, it } from 'vitest';
import { UndoStack, type Snapshot } from './undo';

const at = (body: string): Snapshot => ({ body, start: body.length, end: body.length });

describe('undo', () => {
  it('takes quick typing as one step and a pause as the end of it', () => {
    const stack = new UndoStack();
    stack.typed(at(''), at('a'), 0);
    stack.typed(at('a'), at('ab'), 100);
    stack.typed(at('ab'), at('abc'), 5000);
    expect(stack.undo(at('abc'))).toEqual(at('ab'));
    expect(stack.undo(at('ab'))).toEqual(at(''));
    expect(stack.canUndo).toBe(false);
    expect(stack.redo(at(''))).toEqual(at('ab'));
    expect(stack.redo(at('ab'))).toEqual(at('abc'));
    expect(stack.redo(at('abc'))).toBeNull();
  });

  it('takes back what the model did, and then what was typed', () => {
    const stack = new UndoStack();
    stack.typed(at(''), at('a'), 0);
    stack.changed(at('a'));
    stack.typed(at('a and more'), at('a and more!'), 50);
    expect(stack.undo(at('a and more!'))).toEqual(at('a and more'));
    expect(stack.undo(at('a and more'))).toEqual(at('a'));
    expect(stack.undo(at('a'))).toEqual(at(''));
  });

  it('begins a step where typing turns into deleting, and forgets what was undone', () => {
    const stack = new UndoStack();
    stack.typed(at(''), at('ab'), 0);
    stack.typed(at('ab'), at('a'), 10);
    expect(stack.undo(at('a'))).toEqual(at('ab'));
    stack.typed(at('ab'), at('abc'), 20);
    expect(stack.canRedo).toBe(false);
  });

  it('keeps a bounded number of steps', () => {
    const stack = new UndoStack();
    for (let step = 0; step < 400; step += 1) stack.changed(at(String(step)));
    let steps = 0;
    while (stack.undo(at('now')) !== null) steps += 1;
    expect(steps).toBe(300);
  });
});
