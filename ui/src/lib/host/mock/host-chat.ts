import type { ChatEvent } from '../bindings/ChatEvent';
import type { ContextUse } from '../bindings/ContextUse';
import type { ConversationSettings } from '../bindings/ConversationSettings';
import type { ExchangeProgress } from '../bindings/ExchangeProgress';
import type { ExportFormat } from '../bindings/ExportFormat';
import type { ExportLabels } from '../bindings/ExportLabels';
import type { PersonaProfile } from '../bindings/PersonaProfile';
import type { TextFormat } from '../bindings/TextFormat';
import type { TagChange } from '../bindings/TagChange';
import { partsOf } from '../../state/thoughts';
import { plainText } from './exchange';
import { changeTags, removeTag, renameTag } from './tags';
import { MockApp } from './host-app';

/** As in src-tauri/src/commands/conversations.rs. */
const OPENING = 100;
const EARLIER = 1000;

/** The commands of conversations. */
export class MockChat extends MockApp {
  async conversationsList() {
    await this.called('conversationsList');
    return this.store.list(false);
  }

  async conversationOpen(id: string) {
    await this.called('conversationOpen', id);
    const view = this.store.view(id);
    const messages = view.messages.slice(-OPENING);
    return { ...view, messages, earlier: view.messages.length - messages.length };
  }

  async conversationRename(id: string, title: string) {
    await this.called('conversationRename', id, title);
    return this.changed(this.store.change(id, { title }));
  }

  async conversationFork(message: string, title: string | null) {
    await this.called('conversationFork', message, title);
    return this.changed(this.store.fork(message, title));
  }

  async conversationsTrash(ids: string[]): Promise<void> {
    await this.called('conversationsTrash', ids);
    this.changed(this.store.changeAll(ids, { trashedAt: this.store.clock }));
  }

  async conversationsRestore(ids: string[]): Promise<void> {
    await this.called('conversationsRestore', ids);
    this.changed(this.store.changeAll(ids, { trashedAt: null }));
  }

  async conversationsPin(ids: string[], pinned: boolean): Promise<void> {
    await this.called('conversationsPin', ids, pinned);
    this.changed(this.store.changeAll(ids, { pinned }));
  }

  async conversationsArchive(ids: string[], archived: boolean): Promise<void> {
    await this.called('conversationsArchive', ids, archived);
    this.changed(this.store.changeAll(ids, { archived }));
  }

  async conversationsTag(changes: TagChange[]) {
    await this.called('conversationsTag', changes);
    return this.changed(changeTags(this.store, changes));
  }

  async tagRename(tag: string, name: string) {
    await this.called('tagRename', tag, name);
    return this.changed(renameTag(this.store, tag, name));
  }

  async tagRemove(tag: string) {
    await this.called('tagRemove', tag);
    return this.changed(removeTag(this.store, tag));
  }

  async conversationsTrashed() {
    await this.called('conversationsTrashed');
    return this.store.list(true);
  }

  async trashEmpty(): Promise<number> {
    await this.called('trashEmpty');
    const trashed = this.store.list(true);
    for (const { id } of trashed) this.store.purge(id);
    return this.changed(trashed.length);
  }

  async conversationPurge(id: string): Promise<void> {
    await this.called('conversationPurge', id);
    this.store.purge(id);
    this.keep();
  }

  async conversationKeep(id: string) {
    await this.called('conversationKeep', id);
    return this.changed(this.store.change(id, { temporary: false }));
  }

  async conversationSettingsGet(conversation: string | null, temporary: boolean) {
    await this.called('conversationSettingsGet', conversation, temporary);
    return this.store.settings(conversation, temporary);
  }

  async conversationSettingsSet(
    conversation: string | null,
    temporary: boolean,
    settings: ConversationSettings,
  ): Promise<void> {
    await this.called('conversationSettingsSet', conversation, temporary, settings);
    this.store.setSettings(conversation, temporary, settings);
    this.keep();
  }

  async personasList() {
    await this.called('personasList');
    return this.personas.library();
  }

  async personaSave(id: string | null, profile: PersonaProfile) {
    await this.called('personaSave', id, profile);
    return this.changed(this.personas.save(id, profile));
  }

  async personaDelete(id: string): Promise<void> {
    await this.called('personaDelete', id);
    this.personas.remove(id);
    this.keep();
  }

  async personaRestore(id: string) {
    await this.called('personaRestore', id);
    return this.changed(this.personas.restore(id));
  }

  async personaReset(id: string) {
    await this.called('personaReset', id);
    return this.changed(this.personas.reset(id));
  }

  async promptPreview(text: string) {
    await this.called('promptPreview', text);
    return this.personas.preview(text);
  }

  async chatSend(
    conversation: string | null,
    text: string,
    onEvent: (event: ChatEvent) => void,
    temporary = false,
  ) {
    await this.called('chatSend', conversation, text, temporary);
    await this.generate(() =>
      this.turns.send(conversation, this.documents.filled(text), onEvent, temporary),
    );
  }

  async chatRegenerate(message: string, onEvent: (event: ChatEvent) => void) {
    await this.called('chatRegenerate', message);
    await this.generate(() => this.turns.regenerate(message, onEvent));
  }

  async questionEdit(message: string, text: string, onEvent: (event: ChatEvent) => void) {
    await this.called('questionEdit', message, text);
    await this.generate(() => this.turns.edit(message, this.documents.filled(text), onEvent));
  }

  async answerEdit(message: string, text: string) {
    await this.called('answerEdit', message, text);
    const { parentId } = this.store.message(message);
    const id = this.store.conversationOf(message);
    this.store.add(id, parentId, { role: 'assistant', text, status: 'complete' });
    return this.changed(this.store.view(id));
  }

  async messageDelete(message: string) {
    await this.called('messageDelete', message);
    return this.changed(this.store.remove(message));
  }

  async messageRestore(message: string, leaf: string) {
    await this.called('messageRestore', message, leaf);
    return this.changed(this.store.restoreMessage(message, leaf));
  }

  async chatContinue(message: string, onEvent: (event: ChatEvent) => void) {
    await this.called('chatContinue', message);
    await this.generate(() => this.turns.continue(message, onEvent));
  }

  async chatStop(): Promise<void> {
    await this.called('chatStop');
    this.turns.stop();
  }

  async branchBefore(message: string) {
    await this.called('branchBefore', message);
    return this.store.before(message, EARLIER);
  }

  async branchSelect(message: string) {
    await this.called('branchSelect', message);
    return this.changed(this.store.select(message));
  }

  async conversationsExport(
    conversation: string | null,
    format: ExportFormat,
    labels: ExportLabels,
    name: string,
    onProgress: (progress: ExchangeProgress) => void,
  ) {
    await this.called('conversationsExport', conversation, format, labels, name);
    return this.exchange.export(conversation, onProgress);
  }

  async conversationsImport(onProgress: (progress: ExchangeProgress) => void) {
    await this.called('conversationsImport');
    return this.changed(await this.exchange.import(onProgress));
  }

  async exchangeCancel(): Promise<void> {
    await this.called('exchangeCancel');
    this.exchange.cancel();
  }

  async conversationCopy(id: string, format: TextFormat, labels: ExportLabels): Promise<void> {
    await this.called('conversationCopy', id, format, labels);
    const { conversation, messages } = this.store.view(id);
    const said = messages.map(({ role, text }) => {
      const name = role === 'user' ? labels.you : labels.assistant;
      return format === 'text' ? `${name}:\n${plainText(text)}` : `**${name}**\n\n${text}`;
    });
    this.clipboard = [conversation.title ?? labels.untitled, ...said].join('\n\n');
  }

  async messageCopy(message: string, format: TextFormat): Promise<void> {
    await this.called('messageCopy', message, format);
    const { answer } = partsOf(this.store.message(message).text);
    this.clipboard = format === 'text' ? plainText(answer) : answer;
  }

  async contextUse(conversation: string | null, draft: string): Promise<ContextUse | null> {
    await this.called('contextUse', conversation, draft);
    const status = this.status;
    if (status.state !== 'ready' && status.state !== 'generating') return null;
    const view = conversation === null ? null : this.store.view(conversation);
    const on = this.store.settings(conversation, false).summaries ?? this.summariesOn;
    const summary = on ? (view?.summary ?? null) : null;
    const read = view?.messages.slice(summary?.depth ?? 0).map((message) => message.text) ?? [];
    const characters = [summary?.text ?? '', ...read, draft].join('').length;
    const size = status.model.contextLength;
    const used = 52 + Math.ceil(characters / 4);
    return {
      used: Math.min(used, size - 512),
      size,
      comfortable: size - 512,
      folded: summary?.covered ?? 0,
      dropped: 0,
      willFold: on && used > size - 512,
      summaries: on,
      fits: draft.length / 4 < size,
      ...this.contextChange,
    };
  }

  async summariesEnabled(): Promise<boolean> {
    await this.called('summariesEnabled');
    return this.summariesOn;
  }

  async summariesEnable(on: boolean): Promise<void> {
    await this.called('summariesEnable', on);
    this.summariesOn = on;
  }

  async summaryEdit(message: string, text: string) {
    await this.called('summaryEdit', message, text);
    return this.changed(this.store.summarise(message, text, true));
  }

  async summaryRemove(message: string): Promise<void> {
    await this.called('summaryRemove', message);
    this.store.forgetSummary(message);
    this.keep();
  }

  async summaryRebuild(message: string, onProgress: (share: number) => void) {
    await this.called('summaryRebuild', message);
    return this.changed(await this.turns.summarise(message, onProgress));
  }

  async summarySkip(): Promise<void> {
    await this.called('summarySkip');
    this.turns.skip();
  }

  async conversationSearch(id: string, query: string) {
    await this.called('conversationSearch', id, query);
    return this.store.searchBranch(id, query);
  }
}
