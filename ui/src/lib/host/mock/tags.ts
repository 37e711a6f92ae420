import type { TagChange } from '../bindings/TagChange';
import { commandError, type MockStore } from './store';

/** As in src-tauri/crates/store/src/tags.rs. */
const CHARACTERS = 40;
const EACH = 20;

function fold(name: string): string {
  return name.normalize('NFKC').toLowerCase();
}

function checked(name: string): string {
  const shown = name.trim().replaceAll(/\s+/g, ' ');
  if (shown === '' || [...shown].length > CHARACTERS) {
    throw commandError('tag_name', { available: String(CHARACTERS) });
  }
  return shown;
}

/** The spelling that a tag has already, or else the one that is asked for. */
function spelling(store: MockStore, name: string): string {
  const shown = checked(name);
  const known = store.all().flatMap((summary) => summary.tags);
  return known.find((tag) => fold(tag) === fold(shown)) ?? shown;
}

function bearers(store: MockStore, tag: string): string[] {
  const all = store.all().filter((summary) => summary.tags.some((own) => fold(own) === fold(tag)));
  if (all.length === 0) throw commandError('not_found', { what: 'tag' });
  return all.map((summary) => summary.id);
}

/** Gives and takes tags; returns the changes that undo it. */
export function changeTags(store: MockStore, changes: TagChange[]): TagChange[] {
  const undo: TagChange[] = [];
  for (const { tag, conversations, on } of changes) {
    const name = spelling(store, tag);
    const changed = conversations.filter((id) => store.summary(id).tags.includes(name) !== on);
    for (const id of changed) {
      const others = store.summary(id).tags.filter((own) => own !== name);
      if (on && others.length === EACH) {
        throw commandError('too_many_tags', { available: String(EACH) });
      }
      store.change(id, { tags: on ? [...others, name].sort() : others });
    }
    if (changed.length > 0) undo.unshift({ tag: name, conversations: changed, on: !on });
  }
  return undo;
}

export function renameTag(store: MockStore, tag: string, name: string): TagChange[] {
  const ids = bearers(store, tag);
  const old = spelling(store, tag);
  changeTags(store, [{ tag: old, conversations: ids, on: false }]);
  const undo = changeTags(store, [{ tag: name, conversations: ids, on: true }]);
  return [...undo, { tag: old, conversations: ids, on: true }];
}

export function removeTag(store: MockStore, tag: string): TagChange[] {
  const change = { tag, conversations: bearers(store, tag), on: false };
  return changeTags(store, [change]);
}
