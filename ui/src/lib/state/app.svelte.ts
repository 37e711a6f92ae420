import { getContext, setContext, tick } from 'svelte';
import { AttachedDraft } from '../attachments/attached-draft';
import { cleanName, join } from '../attachments/attachment';
import { FILE_UP_TO } from '../attachments/text-file';
import { TokenCounts } from '../attachments/token-counts.svelte';
import type { AppInfo } from '../host/bindings/AppInfo';
import type { CommandError } from '../host/bindings/CommandError';
import type { DigestView } from '../host/bindings/DigestView';
import type { Persona } from '../host/bindings/Persona';
import type { SearchHit } from '../host/bindings/SearchHit';
import type { WorkHit } from '../host/bindings/WorkHit';
import type { StorageState } from '../host/bindings/StorageState';
import type { SummaryVersion } from '../host/bindings/SummaryVersion';
import type { Connection } from '../host/connect';
import { editDraft, NEW_DRAFT, TEMPORARY_DRAFT, toCommandError, type Host } from '../host/host';
import { errorText } from '../i18n/error-words';
import { i18n, resolveLanguage } from '../i18n/i18n.svelte';
import { rendered } from '../summarise/render';
import { nameOf } from '../write/naming';
import { Announcer } from './announcer.svelte';
import { AnswerSettings } from './answer-settings.svelte';
import { Chat } from './chat.svelte';
import { ContextMeter } from './context.svelte';
import { Conversations } from './conversations.svelte';
import { Documents } from './documents.svelte';
import { Drafts } from './drafts.svelte';
import { Exchange } from './exchange.svelte';
import { Find } from './find.svelte';
import { Interpreter } from './interpreter.svelte';
import { Jobs } from './jobs.svelte';
import { Links } from './links.svelte';
import { Model } from './model.svelte';
import { Navigation, type Route } from './navigation.svelte';
import { Order } from './order.svelte';
import { Personas } from './personas.svelte';
import { Preferences } from './preferences.svelte';
import { DraftModel } from './draft-model.svelte';
import { Prefixes } from './prefixes.svelte';
import { Search } from './search.svelte';
import { Summaries } from './summaries.svelte';
import { Summarise, SUMMARISE } from './summarise.svelte';
import { Selection } from './selection.svelte';
import { Toasts } from './toasts.svelte';
import { Translate } from './translate.svelte';
import { Versions } from './versions.svelte';
import { Write } from './write.svelte';

/** How much of a title goes into the title of a copy, in UTF-16 units; the shell takes 200 characters. */
const TITLE_FOR_COPY = 160;
/** The same for the name of a persona, of which the shell takes 60 characters. */
const NAME_FOR_COPY = 50;

/** The whole page's state, and what happens between its domains. */
export class App {
  readonly host: Host;
  readonly now: () => number;
  readonly toasts = new Toasts();
  readonly announcer = new Announcer();
  readonly preferences: Preferences;
  readonly model: Model;
  readonly drafts: Drafts;
  readonly conversations: Conversations;
  readonly search: Search;
  readonly find: Find;
  readonly links: Links;
  readonly tokenCounts: TokenCounts;
  readonly navigation: Navigation;
  readonly chat: Chat;
  readonly versions: Versions;
  readonly exchange: Exchange;
  readonly documents: Documents;
  readonly jobs: Jobs;
  readonly summarise: Summarise;
  readonly context: ContextMeter;
  readonly summaries: Summaries;
  readonly draftModel: DraftModel;
  readonly prefixes: Prefixes;
  readonly personas: Personas;
  readonly settings: AnswerSettings;
  readonly selection: Selection;
  readonly order: Order;
  readonly translate: Translate;
  readonly interpreter: Interpreter;
  readonly write: Write;

  info = $state.raw<AppInfo | null>(null);
  storage = $state.raw<StorageState | null>(null);
  /** What lies over everything. */
  overlay = $state<'palette' | 'shortcuts' | null>(null);
  /** The words that are selected in the conversation on the screen. */
  selected = $state('');
  /** The notice about a set-aside file was read. */
  noticeDismissed = $state(false);
  /** The conversation in memory that is about to be forgotten, if the person agrees. */
  forgetting = $state<string | null>(null);

  constructor({ host, now }: Connection) {
    this.host = host;
    this.now = now;
    const report = (error: unknown): void => this.report(error);
    this.preferences = new Preferences(host, report);
    this.drafts = new Drafts(host, report);
    host.beforeClose(async () => {
      await Promise.all([this.drafts.flush(), this.settings.flush(), this.write.flush()]);
    });
    this.conversations = new Conversations(host, now, report);
    this.search = new Search(host, report);
    this.tokenCounts = new TokenCounts(host);
    this.links = new Links(host, report);
    this.navigation = new Navigation((route) => this.#arrive(route));
    this.model = new Model(host, () => this.chat.pump());
    this.chat = new Chat(host, this.model, this.drafts, this.announcer, {
      changed: (conversation) => this.conversations.put(conversation),
      begun: (conversation) => {
        this.navigation.replace({ view: 'chat', page: 'thread', conversation: conversation.id });
        this.#remember(conversation.id);
      },
      failed: report,
      prepare: (thread, turn) => this.settings.prepare(thread, turn),
      wish: (thread) => this.settings.wishOf(thread),
      unborn: (thread) => void this.settings.loadNew(thread),
      words: () => {
        const { answerStarted, answerThinking, answerDone, foldingBegun, wait } = i18n.t.chat;
        return {
          started: answerStarted,
          thinking: answerThinking,
          done: answerDone,
          folding: foldingBegun,
          wait,
        };
      },
    });
    this.context = new ContextMeter(host);
    this.draftModel = new DraftModel(host);
    this.documents = new Documents(host, {
      failed: report,
      refused: (name, error) => {
        const { title, advice } = errorText(i18n.t, toCommandError(error));
        this.toasts.show(i18n.t.documents.refused(name, title, advice), { tone: 'error' });
      },
      deleted: ({ name }, undo) => this.offerUndo(i18n.t.documents.deleted(name), undo),
      saved: (path) => this.toasts.show(i18n.t.documents.saved(path)),
    });
    this.jobs = new Jobs(host, {
      failed: report,
      finished: (job) => {
        if (job.kind === SUMMARISE) void this.summarise.finished(job);
      },
      interrupted: ({ title }, run) =>
        this.toasts.show(i18n.t.jobs.wasInterrupted(title), {
          action: { label: i18n.t.jobs.resume, testId: 'resume-job', run },
        }),
    });
    this.summarise = new Summarise(
      host,
      this.drafts,
      this.jobs,
      this.documents,
      {
        failed: report,
        deleted: ({ title }, undo) => this.offerUndo(i18n.t.summarise.removed(title), undo),
        ready: (title, show) =>
          this.toasts.show(i18n.t.summarise.ready(title), {
            action: {
              label: i18n.t.summarise.show,
              testId: 'show-summary',
              run: () => {
                show();
                this.navigation.go({ view: 'summarise' });
              },
            },
          }),
        shown: () => this.announcer.say(i18n.t.summarise.readyHere),
        replaced: (undo) => this.offerUndo(i18n.t.documents.replaced, undo),
        copied: () => this.toasts.show(i18n.t.copied),
        saved: (path) => this.toasts.show(i18n.t.summarise.saved(path)),
      },
      () => this.navigation.route.view === 'summarise',
    );
    this.prefixes = new Prefixes(host, report);
    this.summaries = new Summaries(host, this.chat, {
      failed: report,
      removed: (undo) => this.offerUndo(i18n.t.summary.removed, undo),
    });
    this.personas = new Personas(host, this.drafts, {
      failed: report,
      removed: ({ profile, builtIn }, undo) =>
        this.offerUndo(i18n.t.personas[builtIn ? 'wasHidden' : 'wasDeleted'](profile.name), undo),
      reset: ({ profile }, undo) => this.offerUndo(i18n.t.personas.wasReset(profile.name), undo),
      discarded: (undo) =>
        this.offerUndo(i18n.t.chat.discarded, () => {
          undo();
          this.navigation.go({ view: 'persona', id: this.personas.editor?.id ?? null });
        }),
      copyName: (name) => i18n.t.chat.copyTitle(name.slice(0, NAME_FOR_COPY)),
    });
    this.settings = new AnswerSettings(host, this.chat, this.personas, this.model, report);
    this.translate = new Translate(host, this.drafts, this.documents, {
      failed: report,
      deleted: (title, undo) => this.offerUndo(i18n.t.translate.removed(title), undo),
      glossarySaved: (undo) => this.offerUndo(i18n.t.translate.glossarySaved, undo),
      exported: (path) => this.toasts.show(i18n.t.translate.exported(path)),
      copied: () => this.toasts.show(i18n.t.copied),
      replaced: (undo) => this.offerUndo(i18n.t.documents.replaced, undo),
      tooLarge: (name) => this.toasts.show(i18n.t.translate.tooLarge(name), { tone: 'error' }),
      said: (what) => this.announcer.say(i18n.t.translate[what]),
      started: (job) => this.jobs.put(job),
      language: () => (i18n.language === 'zh-CN' ? 'zh' : 'en'),
    });
    this.interpreter = new Interpreter(host, this.drafts, {
      failed: report,
      cleared: (undo) => this.offerUndo(i18n.t.translate.talk.cleared, undo),
    });
    this.find = new Find(host, this.chat, report);
    this.selection = new Selection(() =>
      this.conversations.order.filter((id) => !this.conversations.find(id)?.temporary),
    );
    this.order = new Order(this.conversations, {
      done: (what, changed, undo) => {
        const title = this.titleOf(changed[0]?.title ?? null);
        this.selection.end();
        this.offerUndo(i18n.t.order[what](changed.length, title), undo);
      },
      retagged: (what, tag, undo) => this.offerUndo(i18n.t.tags[what](tag), undo),
      leaving: (ids) => this.#beforeLeaving(ids),
      left: (ids) => {
        if (this.chat.thread.id !== null && ids.includes(this.chat.thread.id)) this.#leaveThread();
      },
      forget: (id) => (this.forgetting = id),
    });
    this.versions = new Versions(host, this.chat, this.drafts, {
      failed: report,
      discarded: (undo) => this.offerUndo(i18n.t.chat.discarded, undo),
      deleted: (count, undo) => this.offerUndo(i18n.t.chat.removed(count), undo),
      forked: (copy) => {
        this.conversations.put(copy);
        // In the place of what it copies: on a phone, "back" still means the list.
        this.navigation.replace({ view: 'chat', page: 'thread', conversation: copy.id });
        void this.openConversation(copy.id);
        this.toasts.show(i18n.t.chat.forked);
      },
      copyTitle: (title) => i18n.t.chat.copyTitle(title.slice(0, TITLE_FOR_COPY)),
    });
    this.write = new Write(
      host,
      now,
      this.drafts,
      {
        failed: report,
        removed: (text, undo) => {
          const name = nameOf(text.title, text.beginning, i18n.t.write.untitled);
          this.offerUndo(i18n.t.write.removed(name), undo);
        },
        exported: (path) => this.toasts.show(i18n.t.write.exported(path)),
        opened: (text) => this.#followText(text),
        say: (text) => this.announcer.say(text),
        words: () => i18n.t.write,
      },
      {
        removed: (template, undo) =>
          this.offerUndo(i18n.t.write.templateRemoved(template.name), undo),
        saved: (template) => this.toasts.show(i18n.t.write.templateSaved(template.name)),
        language: () => i18n.language,
      },
    );
    this.exchange = new Exchange(host, {
      failed: report,
      exported: ({ conversations, path }) =>
        this.toasts.show(i18n.t.exchange.exported(conversations, path)),
      stopped: () => this.toasts.show(i18n.t.exchange.exportStopped),
      imported: () => this.conversations.load(),
      finished: (show) =>
        this.toasts.show(i18n.t.exchange.reportTitle, {
          action: { label: i18n.t.exchange.showReport, testId: 'show-report', run: show },
        }),
      copied: () => this.toasts.show(i18n.t.copied),
      labels: () => ({ ...i18n.t.exchange.labels, untitled: i18n.t.list.untitled }),
      nameOf: (conversation) =>
        conversation === null ? i18n.t.exchange.fileName : this.titleOf(conversation.title),
    });
  }

  /** Gets everything that the first screen lacks. The page is on the screen before this ends. */
  async start(): Promise<void> {
    try {
      void this.model.watch();
      const [info, preferences] = await Promise.all([
        this.host.appInfo(),
        this.host.preferencesGet(),
      ]);
      this.info = info;
      this.preferences.adopt(preferences);
      this.applyLanguage();
      await this.#useStorage(info.storage);
    } catch (error) {
      this.storage = { state: 'failed', error: toCommandError(error) };
    }
  }

  /** Makes the page speak the preferred language. */
  applyLanguage(): void {
    const system = this.info?.systemLanguage ?? navigator.language;
    const language = resolveLanguage(this.preferences.value.language, system);
    const changed = language !== i18n.language;
    i18n.language = language;
    if (changed && this.personas.library !== null) void this.personas.load(language);
  }

  async retryStorage(): Promise<void> {
    if (this.info === null) return this.start();
    await this.#changeStorage(() => this.host.storageRetry());
  }

  async startFresh(): Promise<void> {
    await this.#changeStorage(() => this.host.storageStartFresh());
  }

  /** Opens a conversation, and in it a message when one is named. */
  async openConversation(id: string, message: string | null = null): Promise<void> {
    this.navigation.go({ view: 'chat', page: 'thread', conversation: id });
    if (this.chat.thread.id === id && message === null) return;
    const opened = await this.chat.open(id, message);
    if (opened) this.#remember(id);
    else this.newConversation();
  }

  /** Opens a persona for editing; null begins one. */
  editPersona(id: string | null): void {
    if (this.personas.edit(id)) this.navigation.go({ view: 'persona', id });
  }

  async savePersona(): Promise<void> {
    const saved = await this.personas.save();
    if (saved === null) return;
    this.navigation.back({ view: 'personas' });
    this.toasts.show(i18n.t.personas.saved(saved.profile.name));
  }

  async duplicatePersona(persona: Persona): Promise<void> {
    const copy = await this.personas.duplicate(persona);
    if (copy !== null) this.editPersona(copy.id);
  }

  /** Begins a conversation with a persona. */
  startWith(persona: string): void {
    this.newConversation();
    this.settings.choose(persona);
  }

  /** Makes the conversation to come temporary, or no longer. What was typed for it moves along. */
  setTemporary(temporary: boolean): void {
    const { thread } = this.chat;
    if (thread.id !== null || thread.turn !== null || thread.temporary === temporary) return;
    const from = thread.draftKey;
    thread.wantsTemporary = temporary;
    this.drafts.move(from, thread.draftKey);
    void this.settings.move(thread, !temporary);
  }

  /** Moves a conversation from memory into the history. */
  async keepConversation(id: string): Promise<void> {
    try {
      const kept = await this.host.conversationKeep(id);
      this.conversations.put(kept);
      const { thread } = this.chat;
      if (thread.id === id) {
        thread.conversation = kept;
        for (const message of thread.messages) this.drafts.publish(editDraft(message.id));
        void this.preferences.update({ lastConversation: id });
      }
      this.drafts.publish(id);
      this.toasts.show(i18n.t.temporary.kept);
    } catch (error) {
      this.report(error);
    }
  }

  /** Ends a conversation in memory. Nothing brings it back. */
  async forgetConversation(id: string): Promise<void> {
    const onScreen = this.chat.thread.id === id;
    if (onScreen && this.chat.thread.turn !== null) await this.chat.stop();
    if (!(await this.conversations.forget(id))) return;
    this.drafts.forget(id);
    this.drafts.forget(TEMPORARY_DRAFT);
    if (onScreen) this.#leaveThread();
    this.toasts.show(i18n.t.temporary.forgotten);
  }

  /** Opens what the search found, with its words lit up. */
  async openHit(hit: SearchHit): Promise<void> {
    const query = this.search.answered;
    await this.openConversation(hit.conversationId, hit.messageId);
    const { thread } = this.chat;
    if (hit.messageId === null || thread.id !== hit.conversationId) return;
    this.find.point(hit.messageId, query);
  }

  /** Opens a text, a summed-up text or a translation that the search found. */
  async openWork({ kind, id }: WorkHit): Promise<void> {
    switch (kind) {
      case 'text':
        return this.openText(id);
      case 'digest':
        await this.summarise.openDigest(id);
        return this.navigation.go({ view: 'summarise' });
      case 'translation':
        await this.translate.open(id);
        return this.navigation.go({ view: 'translate' });
    }
  }

  /** Begins a conversation about a text that was summed up: with the text, or with its summary. */
  askAbout(view: DigestView, version: SummaryVersion): void {
    this.newConversation();
    const text = view.parts
      .map(({ heading, text }, number) =>
        heading !== null && heading !== view.parts[number - 1]?.heading
          ? `${heading}\n\n${text}`
          : text,
      )
      .join('\n\n');
    const fits = new TextEncoder().encode(text).length <= FILE_UP_TO / 2;
    const attached = fits ? text : rendered(view, version, 'markdown', i18n.t.summarise);
    if (!fits) this.toasts.show(i18n.t.summarise.textTooLong);
    const key = this.chat.thread.draftKey;
    const draft = new AttachedDraft(this.drafts);
    draft.add(key, [{ name: cleanName(view.digest.title), text: attached }]);
    this.focusComposer();
  }

  newConversation(): void {
    // Where it will be listed.
    this.conversations.shelf = 'active';
    this.conversations.filter(null);
    this.chat.startNew();
    this.navigation.go({ view: 'chat', page: 'thread', conversation: null });
    void this.drafts.loadNew();
    void this.preferences.update({ lastConversation: null });
  }

  /** Brings the field to write in to the screen and puts the cursor there, behind what it holds. */
  focusComposer(): void {
    const { route } = this.navigation;
    if (route.view !== 'chat' || route.page !== 'thread') {
      this.navigation.go({ view: 'chat', page: 'thread', conversation: this.chat.thread.id });
    }
    void tick().then(() => {
      const field = document.getElementById('composer');
      if (!(field instanceof HTMLTextAreaElement)) return;
      field.focus();
      field.setSelectionRange(field.value.length, field.value.length);
      field.scrollTop = field.scrollHeight;
    });
  }

  /** Puts words of the conversation into the message being written, marked as a quotation. */
  quote(words: string): void {
    const key = this.chat.thread.draftKey;
    const quotation = words.replace(/^/gm, '> ');
    const before = this.drafts.text(key).trimEnd();
    this.drafts.set(key, [before, quotation, ''].join('\n\n').trimStart());
    document.getSelection()?.removeAllRanges();
    this.focusComposer();
  }

  /** Opens a text. */
  async openText(id: string): Promise<void> {
    if (await this.write.open(id)) {
      this.navigation.go({ view: 'write', page: 'text', text: id });
    }
  }

  /** Begins a text and puts the cursor into it. */
  async newText(): Promise<void> {
    await this.write.begin();
    this.navigation.go({ view: 'write', page: 'text', text: null });
    void tick().then(() => document.getElementById('text-body')?.focus());
  }

  /** Shows the form for a draft. */
  async newDraft(): Promise<void> {
    if (this.navigation.route.view !== 'write') {
      this.navigation.go({ view: 'write', page: 'list', text: null });
    }
    await this.write.drafting.open();
  }

  /** Goes up to the list of texts. */
  toTexts(): void {
    this.navigation.go({ view: 'write', page: 'list', text: this.write.editor?.id ?? null });
  }

  /** Begins a conversation with a text attached. */
  askAboutText(name: string, text: string): void {
    this.newConversation();
    const key = this.chat.thread.draftKey;
    const attachment = { name: `${name}.md`, text };
    this.drafts.set(key, join({ attachments: [attachment], rest: this.drafts.text(key) }));
    this.focusComposer();
  }

  /** Gives the conversation the whole window, or shows the list beside it again. */
  toggleList(): void {
    void this.preferences.update({ listHidden: !this.preferences.value.listHidden });
  }

  /** Brings the search to the screen and puts the cursor there. */
  showSearch(): void {
    this.#showList();
    this.selection.end();
    void tick().then(() => document.getElementById('search')?.focus());
  }

  /** Brings the list to the screen, with the conversations in the archive or the others. */
  showShelf(shelf: 'active' | 'archive'): void {
    this.selection.end();
    this.search.clear();
    const { navigation } = this;
    const { route } = navigation;
    if (shelf === 'active' && route.view === 'chat' && route.page === 'list' && route.archive) {
      navigation.back({ view: 'chat', page: 'list', conversation: route.conversation });
      return;
    }
    this.conversations.shelf = shelf;
    this.#showList();
  }

  #showList(): void {
    if (this.preferences.value.listHidden) this.toggleList();
    if (this.navigation.route.view !== 'chat' || matchMedia('(max-width: 760px)').matches) {
      const archive = this.conversations.shelf === 'archive';
      const conversation = this.chat.thread.id;
      this.navigation.go({
        view: 'chat',
        page: 'list',
        conversation,
        ...(archive && { archive }),
      });
    }
  }

  async renameConversation(id: string, title: string): Promise<void> {
    const renamed = await this.conversations.rename(id, title);
    const { thread } = this.chat;
    if (renamed !== null && thread.id === id) thread.conversation = renamed;
  }

  /** Takes a conversation out of the trash. */
  async restoreConversation(id: string): Promise<void> {
    if (!(await this.conversations.restore([id]))) return;
    const title = this.conversations.find(id)?.title ?? null;
    this.toasts.show(i18n.t.list.restored(this.titleOf(title)));
  }

  async purgeConversation(id: string): Promise<void> {
    if (await this.conversations.purge(id)) this.toasts.show(i18n.t.trash.purged);
  }

  async emptyTrash(): Promise<void> {
    const gone = await this.conversations.purgeAll();
    if (gone !== null) this.toasts.show(i18n.t.trash.purgedAll(gone));
  }

  async copy(text: string): Promise<void> {
    if (await this.copyQuietly(text)) this.toasts.show(i18n.t.copied);
  }

  /** Copies for a place that says itself that it worked; false when it did not. */
  async copyQuietly(text: string): Promise<boolean> {
    try {
      await this.host.clipboardWrite(text);
      return true;
    } catch (error) {
      this.report(error);
      return false;
    }
  }

  /** Shows an error that has no better place. */
  report(error: unknown): void {
    const { title, advice } = errorText(i18n.t, toCommandError(error));
    this.toasts.show(i18n.t.sentences(title, advice), { tone: 'error' });
  }

  /** Says what was done, and how to take it back. */
  offerUndo(text: string, run: () => void): void {
    this.toasts.show(text, { action: { label: i18n.t.undo, testId: 'undo', run } });
  }

  titleOf(title: string | null): string {
    return title ?? i18n.t.list.untitled;
  }

  /** Follows a step that the history made. */
  #arrive(route: Route): void {
    if (route.view === 'persona') {
      if (this.personas.editor?.id !== route.id) this.personas.edit(route.id);
      return;
    }
    if (route.view === 'write') {
      const { text } = route;
      if (text !== null && text !== this.write.editor?.id) void this.write.open(text);
      return;
    }
    if (route.view !== 'chat') return;
    if (route.page === 'list') {
      this.selection.end();
      this.conversations.shelf = route.archive ? 'archive' : 'active';
      return;
    }
    if (route.conversation === this.chat.thread.id) return;
    if (route.conversation === null) this.chat.startNew();
    else void this.chat.open(route.conversation);
  }

  /** Where to begin at the next start. Of what is only in memory nothing is noted. */
  #remember(id: string): void {
    const temporary = this.conversations.find(id)?.temporary ?? this.chat.thread.temporary;
    const lastConversation = temporary ? null : id;
    void this.preferences.update({ lastConversation, welcomed: true });
  }

  /** Keeps up with the text on the screen, where texts are on it. */
  #followText(text: string | null): void {
    const { route } = this.navigation;
    if (route.view !== 'write') return;
    const page = this.write.editor === null ? 'list' : 'text';
    if (page === route.page) this.navigation.replace({ view: 'write', page, text });
    else this.navigation.go({ view: 'write', page, text });
  }

  /** Shows a new conversation in the place of the one on the screen; on a phone, the list. */
  #leaveThread(): void {
    const { route } = this.navigation;
    this.chat.startNew();
    void this.preferences.update({ lastConversation: null });
    if (route.view === 'chat') {
      this.navigation.replace({ view: 'chat', page: 'list', conversation: null });
    }
  }

  /** Ends what is going on in a conversation that goes; returns what brings it back to the screen. */
  async #beforeLeaving(ids: string[]): Promise<() => void> {
    const { id } = this.chat.thread;
    if (id === null || !ids.includes(id)) return () => undefined;
    if (this.chat.thread.turn !== null) await this.chat.stop();
    return () => void this.openConversation(id);
  }

  async #changeStorage(change: () => Promise<StorageState>): Promise<void> {
    try {
      await this.#useStorage(await change());
    } catch (error) {
      const failure: CommandError = toCommandError(error);
      this.storage = { state: 'failed', error: failure };
    }
  }

  async #useStorage(storage: StorageState): Promise<void> {
    this.storage = storage;
    if (storage.state === 'failed') return;
    const last = this.preferences.value.lastConversation;
    const list = this.conversations.load();
    void this.jobs.watch();
    void this.personas.load(i18n.language);
    // What the person has begun to type in the meantime is not taken away.
    const { thread } = this.chat;
    const untouched = thread.id === null && thread.empty && this.drafts.text(NEW_DRAFT) === '';
    if (last !== null && untouched && (await this.chat.open(last))) {
      this.navigation.replace({ view: 'chat', page: 'thread', conversation: last });
    } else {
      this.navigation.replace({ view: 'chat', page: 'thread', conversation: null });
    }
    await Promise.all([list, this.drafts.loadNew(), this.settings.loadNew(this.chat.thread)]);
  }
}

const KEY = Symbol('app');

export function provideApp(app: App): void {
  setContext(KEY, app);
}

export function useApp(): App {
  return getContext<App>(KEY);
}
