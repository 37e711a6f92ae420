import { defineConfig } from '@playwright/test';

// Another port lets two checkouts be tested at the same time.
const PORT = Number(process.env['LLMOS_UI_PORT'] ?? 4173);
const PHONE = { width: 390, height: 844 };
const DESKTOP = { width: 1280, height: 800 };

/**
 * The built UI in Chromium, on the mock host, under the content security policy of the app.
 *
 * The browser is the system's: nothing is downloaded. `CHROMIUM` names another one.
 */
export default defineConfig({
  testDir: 'e2e/browser',
  outputDir: '../artifacts/browser',
  reporter: [['list']],
  forbidOnly: true,
  fullyParallel: true,
  workers: 2,
  timeout: 60_000,
  // A loaded machine takes its time; what is right in the end is not judged by it.
  expect: { timeout: 20_000 },
  use: {
    baseURL: `http://localhost:${PORT}/`,
    locale: 'en-GB',
    launchOptions: {
      executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
      // The tests may run as root in a container, where the sandbox can't start.
      args: ['--no-sandbox'],
    },
    screenshot: 'only-on-failure',
  },
  projects: [
    { name: 'desktop', use: { viewport: DESKTOP } },
    { name: 'phone', use: { viewport: PHONE, hasTouch: true, isMobile: true } },
  ],
  webServer: {
    command: `npm run --silent preview -- --port ${PORT}`,
    url: `http://localhost:${PORT}/`,
    reuseExistingServer: false,
  },
});
