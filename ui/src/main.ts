import { mount } from 'svelte';
import './styles/base.css';
import Root from './App.svelte';
import { connectHost } from './lib/host/connect';
import { resolveLanguage, i18n } from './lib/i18n/i18n.svelte';
import { App } from './lib/state/app.svelte';
import { markdown } from './lib/chat/markdown.svelte';

const connection = await connectHost();
const app = new App(connection);
// Until the shell has said what the system speaks, the web view's own language is the best guess.
i18n.language = resolveLanguage(app.preferences.value.language, navigator.language);

const target = document.getElementById('app');
if (target === null) throw new Error('index.html has no #app');
mount(Root, { target, props: { app } });
void app.start();

// Two frames: the first is painted when the second one is asked for.
requestAnimationFrame(() =>
  requestAnimationFrame(() => {
    const firstPaintMs = performance.timeOrigin + performance.now();
    connection.host.uiReady(firstPaintMs).catch((error: unknown) => app.report(error));
    markdown.load();
  }),
);
