import type { Host } from './host';
import { tauriHost } from './tauri';

/** A host, and the clock that belongs to it (ms since the epoch). */
export interface Connection {
  host: Host;
  now: () => number;
}

/**
 * The program behind the page: the Tauri shell when there is one, else the scripted mock, which
 * is a chunk of its own that the app never loads.
 */
export async function connectHost(): Promise<Connection> {
  if ('__TAURI_INTERNALS__' in window) return { host: tauriHost, now: () => Date.now() };
  const { startMock } = await import('./mock');
  return startMock(new URLSearchParams(window.location.search));
}
