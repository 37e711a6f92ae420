import type { ConversationSummary } from '../host/bindings/ConversationSummary';
import { i18n } from '../i18n/i18n.svelte';
import type { MenuItem } from '../shared/Menu.svelte';
import type { App } from '../state/app.svelte';

/** What takes a conversation out of the app, for its menus. */
export function exchangeItems(app: App, conversation: ConversationSummary): MenuItem[] {
  const { exchange } = app;
  const t = i18n.t.exchange;
  return [
    {
      label: t.copyMarkdown,
      icon: 'copy',
      run: () => void exchange.copyConversation(conversation.id, 'markdown'),
    },
    {
      label: t.copyText,
      icon: 'copy',
      run: () => void exchange.copyConversation(conversation.id, 'text'),
    },
    { label: t.export, icon: 'export', run: () => exchange.ask(conversation) },
  ];
}
