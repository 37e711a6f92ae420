import { exchangeItems } from '../exchange/menu';
import type { ConversationSummary } from '../host/bindings/ConversationSummary';
import { i18n } from '../i18n/i18n.svelte';
import type { MenuItem } from '../shared/Menu.svelte';
import type { App } from '../state/app.svelte';

/** What the menu of a conversation offers, in the list or at its head. */
export function actionsFor(
  app: App,
  conversation: ConversationSummary,
  place: 'list' | 'header',
): MenuItem[] {
  const { order, conversations, selection } = app;
  const t = i18n.t.list;
  const { id, pinned, archived } = conversation;
  const inList = place === 'list';
  if (conversation.temporary) return temporaryActions(app, id, place);
  const items: MenuItem[] = [
    {
      label: t.rename,
      icon: 'pencil',
      ...(inList && { shortcut: 'F2' }),
      run: () => (conversations.renaming = { id, place }),
    },
    {
      label: t.tags,
      icon: 'tag',
      run: () => (order.tagging = { for: [id] }),
    },
  ];
  // What is in the archive is not at the top of the list.
  if (!archived) {
    items.push({
      label: pinned ? t.unpin : t.pin,
      icon: pinned ? 'unpin' : 'pin',
      run: () => void order.pin([id], !pinned),
    });
  }
  items.push({
    label: archived ? t.unarchive : t.archive,
    icon: archived ? 'unarchive' : 'archive',
    run: () => void order.archive([id], !archived),
  });
  if (inList) items.push({ label: t.select, icon: 'select', run: () => selection.toggle(id) });
  items.push(...exchangeItems(app, conversation));
  items.push({
    label: t.remove,
    icon: 'trash',
    danger: true,
    ...(inList && { shortcut: i18n.t.commands.keys.delete }),
    run: () => void order.trash([id]),
  });
  return items;
}

/** What there is to do with a conversation that is only in memory. */
function temporaryActions(app: App, id: string, place: 'list' | 'header'): MenuItem[] {
  return [
    {
      label: i18n.t.temporary.keep,
      icon: 'file',
      run: () => void app.keepConversation(id),
    },
    {
      label: i18n.t.list.rename,
      icon: 'pencil',
      ...(place === 'list' && { shortcut: 'F2' }),
      run: () => (app.conversations.renaming = { id, place }),
    },
    {
      label: i18n.t.temporary.forget,
      icon: 'trash',
      danger: true,
      run: () => void app.order.trash([id]),
    },
  ];
}
