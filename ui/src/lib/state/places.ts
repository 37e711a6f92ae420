import type { Dictionary } from '../i18n/i18n.svelte';
import type { IconName } from '../shared/Icon.svelte';
import type { App } from './app.svelte';
import type { Route } from './navigation.svelte';

/** An entry of the rail; on a phone, of the bar at the bottom. */
export interface Place {
  id: Exclude<keyof Dictionary['nav'], 'label'>;
  icon: IconName;
  /** What is shown while the person is here; the first is where a tap leads. */
  views: readonly Route['view'][];
  /** False where a phone's bar has no room for it: Settings leads there too. */
  onPhone?: false;
  /** Set for what stands apart, at the end of the rail. */
  last?: true;
  go: (app: App) => void;
}

/** The places of the app, in the order of the rail. */
export const PLACES: readonly Place[] = [
  {
    id: 'chat',
    icon: 'chat',
    views: ['chat', 'trash'],
    go: (app) => {
      // A second tap on "Chat" leads to the list, as on phones everywhere.
      const already = app.navigation.route.view === 'chat';
      const conversation = app.chat.thread.id;
      app.navigation.go({ view: 'chat', page: already ? 'list' : 'thread', conversation });
    },
  },
  {
    id: 'translate',
    icon: 'translate',
    views: ['translate'],
    go: (app) => app.navigation.go({ view: 'translate' }),
  },
  {
    id: 'summarise',
    icon: 'summarise',
    views: ['summarise'],
    go: (app) => app.navigation.go({ view: 'summarise' }),
  },
  {
    id: 'write',
    icon: 'write',
    views: ['write'],
    go: (app) => {
      const { editor } = app.write;
      const already = app.navigation.route.view === 'write';
      const page = already || editor === null ? 'list' : 'text';
      app.navigation.go({ view: 'write', page, text: editor?.id ?? null });
    },
  },
  {
    id: 'personas',
    icon: 'person',
    views: ['personas', 'persona'],
    onPhone: false,
    go: (app) => app.navigation.go({ view: 'personas' }),
  },
  {
    id: 'settings',
    icon: 'settings',
    views: ['settings', 'documents'],
    last: true,
    go: (app) => app.navigation.go({ view: 'settings' }),
  },
];
