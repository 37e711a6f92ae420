/**
 * What every browser test gets: the built page on the mock host, under the app's own content security
 * policy, and watched for what a page of this app must never do.
 */
import { readFileSync } from 'node:fs';
import { test as base, expect, type Page } from '@playwright/test';
import { App } from './app';

export { expect };

/** Requests beyond the page's own files, violations of the policy, and errors, as they happen. */
type Offences = string[];

interface Fixtures {
  app: App;
  offences: Offences;
}

interface PolicyWindow {
  violations?: string[];
}

export const test = base.extend<Fixtures>({
  offences: [
    async ({ page, baseURL }, use) => {
      const offences: Offences = [];
      page.on('pageerror', (error) => offences.push(`error: ${error.message}`));
      page.on('console', (message) => {
        if (message.type() === 'error') offences.push(`console: ${message.text()}`);
      });
      page.on('request', (request) => {
        if (!request.url().startsWith(String(baseURL))) offences.push(`request: ${request.url()}`);
      });
      await applyPolicy(page);
      await use(offences);
      offences.push(...(await violationsIn(page)));
      expect(offences, 'the page did something that it must not do').toEqual([]);
    },
    { auto: true },
  ],

  app: async ({ page, isMobile }, use) => {
    await use(new App(page, isMobile));
  },
});

/** Serves the page with the policy that the app gives it. */
async function applyPolicy(page: Page): Promise<void> {
  const policy = readPolicy();
  await page.addInitScript(() => {
    const violations: string[] = [];
    (window as PolicyWindow).violations = violations;
    document.addEventListener('securitypolicyviolation', (event) => {
      violations.push(`policy: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`);
    });
  });
  await page.route(
    (url) => url.pathname === '/',
    async (route) => {
      const response = await route.fetch();
      const headers = { ...response.headers(), 'content-security-policy': policy };
      await route.fulfill({ response, headers });
    },
  );
}

function readPolicy(): string {
  const file = new URL('../../../tauri.conf.json', import.meta.url);
  const config = JSON.parse(readFileSync(file, 'utf8')) as {
    app: { security: { csp: Record<string, string> } };
  };
  const directives = Object.entries(config.app.security.csp);
  return directives.map(([name, value]) => `${name} ${value}`).join('; ');
}

async function violationsIn(page: Page): Promise<string[]> {
  if (page.isClosed() || page.url() === 'about:blank') return [];
  return page.evaluate(() => (window as PolicyWindow).violations ?? ['the policy was not watched']);
}
