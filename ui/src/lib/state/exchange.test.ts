import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { advance, settle, startApp } from './testing';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

async function start() {
  const started = await startApp();
  const first = started.app.conversations.list[0];
  if (first === undefined) throw new Error('no conversation');
  return { ...started, first, exchange: started.app.exchange };
}

function notes(app: { toasts: { items: { text: string }[] } }): string[] {
  return app.toasts.items.map((toast) => toast.text);
}

describe('export', () => {
  it('writes one conversation as what was chosen, and says where', async () => {
    const { app, host, exchange, first } = await start();
    exchange.ask(first);
    expect(exchange.asking?.format).toBe('markdown');
    if (exchange.asking) exchange.asking.format = 'text';
    host.exchange.nextTarget = '~/bread.txt';
    void exchange.export();
    await advance(3);
    const call = host.calls.find(({ command }) => command === 'conversationsExport');
    expect(call?.args).toEqual([
      first.id,
      'text',
      { you: 'You', assistant: 'LLMOS', untitled: 'New conversation' },
      first.title,
    ]);
    expect(exchange.asking).toBeNull();
    expect(exchange.running).toBeNull();
    expect(notes(app)).toEqual(['Exported 1 conversation to ~/bread.txt']);
  });

  it('shows how far it is only when it takes its time', async () => {
    const { host, exchange } = await start();
    exchange.ask(null);
    expect(exchange.asking?.format).toBe('json');
    void exchange.export();
    await vi.advanceTimersByTimeAsync(0);
    expect(exchange.running?.shown).toBe(false);
    await advance(5);
    expect(exchange.running?.shown).toBe(true);
    expect(exchange.running?.progress?.total).toBe(host.store.list(false).length);
    // One at a time.
    exchange.ask(null);
    expect(exchange.asking).toBeNull();
    await settle();
    expect(exchange.running).toBeNull();
  });

  it('that is stopped leaves no file, and says so', async () => {
    const { app, host, exchange } = await start();
    exchange.ask(null);
    void exchange.export();
    await advance(3);
    await exchange.stop();
    expect(exchange.running?.stopping).toBe(true);
    await advance(3);
    expect(notes(app)).toEqual(['The export was stopped. No file was made.']);
    expect(host.calls.filter(({ command }) => command === 'exchangeCancel')).toHaveLength(1);
  });

  it('without a file is nothing to speak of', async () => {
    const { app, host, exchange } = await start();
    host.exchange.nextTarget = null;
    exchange.ask(null);
    await exchange.export();
    expect(notes(app)).toEqual([]);
    expect(exchange.running).toBeNull();
  });

  it('that fails says why', async () => {
    const { app, host, exchange } = await start();
    host.failNext('conversationsExport', 'file_unwritable');
    exchange.ask(null);
    await exchange.export();
    expect(notes(app)[0]).toContain('can’t be written there');
  });
});

describe('import', () => {
  it('brings conversations into the list and a report', async () => {
    const { app, exchange } = await start();
    const before = app.conversations.list.length;
    void exchange.import();
    await settle();
    expect(app.conversations.list).toHaveLength(before + 2);
    expect(exchange.report?.added).toBe(2);
  });

  it('that is stopped keeps what had come', async () => {
    const { app, exchange } = await start();
    const before = app.conversations.list.length;
    void exchange.import();
    await advance(3);
    await exchange.stop();
    await settle();
    expect(app.conversations.list).toHaveLength(before + 1);
    expect(exchange.report?.ending.state).toBe('cancelled');
  });

  it('in the background reports when it is asked to', async () => {
    const { app, exchange } = await start();
    void exchange.import();
    await advance(3);
    exchange.hide();
    await advance(40);
    expect(exchange.report).toBeNull();
    expect(app.toasts.runLatestAction()).toBe(true);
    expect(exchange.report?.added).toBe(2);
  });

  it('of a file that is no export says which ones are', async () => {
    const { app, host, exchange } = await start();
    host.failNext('conversationsImport', 'import_unrecognised');
    await exchange.import();
    expect(notes(app)[0]).toContain('conversations.json');
    expect(exchange.report).toBeNull();
  });
});

describe('copy', () => {
  it('takes a conversation or a message, as Markdown or plain text', async () => {
    const { app, host, exchange, first } = await start();
    await exchange.copyConversation(first.id, 'markdown');
    expect(host.clipboard).toContain('**You**');
    await exchange.copyConversation(first.id, 'text');
    expect(host.clipboard).toContain('You:\n');
    const answer = host.store.view(first.id).messages.at(-1);
    host.store.update(answer?.id ?? '', { text: '<think>\nhm\n</think>\n\n**Rye**' });
    await exchange.copyMessage(answer?.id ?? '', 'markdown');
    expect(host.clipboard).toBe('**Rye**');
    await exchange.copyMessage(answer?.id ?? '', 'text');
    expect(host.clipboard).toBe('Rye');
    expect(notes(app)).toContain('Copied');
  });
});
