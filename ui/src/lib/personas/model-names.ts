import type { OwnModel } from '../host/bindings/OwnModel';
import type { Dictionary } from '../i18n/i18n.svelte';

/** What people call a model file: its name without folder and ending. */
export function fileName(path: string): string {
  const name = path.split(/[/\\]/).at(-1) ?? path;
  return name.replace(/\.gguf$/i, '');
}

/** A model that is wanted, in the page's words. */
export function ownModelName(t: Dictionary, wanted: OwnModel): string {
  return wanted.kind === 'file' ? fileName(wanted.path) : t.ownModel.builtIn;
}
