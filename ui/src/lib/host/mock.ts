import type { Preferences } from './bindings/Preferences';
import type { Connection } from './connect';
import { MockHost, type MockOptions, type MockSnapshot } from './mock/mock-host';
import { SCENARIOS, type Scenario } from './mock/scenarios';

declare global {
  interface Window {
    /** The mock behind the page, for end-to-end tests; absent in the app. */
    __mock?: MockHost;
  }
}

const SNAPSHOT_KEY = 'llmos.mock';
const THEMES: readonly Preferences['theme'][] = ['system', 'light', 'dark'];
const LANGUAGES: readonly Preferences['language'][] = ['system', 'en', 'zh-CN'];

function oneOf<T extends string>(allowed: readonly T[], value: string | null): T | undefined {
  return allowed.find((item) => item === value);
}

/**
 * Starts the mock as the page's address asks: `?scenario=…` ({@link SCENARIOS}), `theme=`,
 * `lang=`, `pace=` (ms between events), and `persist` to go on after a reload.
 */
export function startMock(query: URLSearchParams): Connection {
  const scenario: Scenario = oneOf(SCENARIOS, query.get('scenario')) ?? 'conversations';
  const theme = oneOf(THEMES, query.get('theme'));
  const language = oneOf(LANGUAGES, query.get('lang'));
  const pace = query.get('pace');
  const options: MockOptions = {
    scenario,
    ...(theme && { theme }),
    ...(language && { language }),
    ...(pace !== null && { paceMs: Number(pace) }),
    ...(query.has('persist') && { snapshot: sessionSnapshot() }),
  };
  const host = new MockHost(options);
  window.__mock = host;
  return { host, now: () => host.store.clock };
}

function sessionSnapshot(): NonNullable<MockOptions['snapshot']> {
  const kept = sessionStorage.getItem(SNAPSHOT_KEY);
  return {
    stored: kept === null ? null : (JSON.parse(kept) as MockSnapshot),
    keep: (snapshot) => sessionStorage.setItem(SNAPSHOT_KEY, JSON.stringify(snapshot)),
  };
}
