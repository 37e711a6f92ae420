import axe from 'axe-core';
import { expect, type Page } from '@playwright/test';

/**
 * Expects that axe finds nothing, with all its rules. The script runs through the debugger, because
 * the page's policy lets no other script in, and that is as it should be.
 */
export async function expectAccessible(page: Page): Promise<void> {
  await page.evaluate(axe.source);
  const violations = await page.evaluate(async () => {
    const found = await window.axe.run(document, { resultTypes: ['violations'] });
    return found.violations.map(({ id, impact, nodes }) => ({
      rule: `${id} (${impact ?? 'unknown'})`,
      nodes: nodes.map(
        ({ target, failureSummary }) => `${target.join(' ')}: ${failureSummary ?? ''}`,
      ),
    }));
  });
  expect(violations).toEqual([]);
}

declare global {
  interface Window {
    axe: typeof axe;
  }
}
